/**
 * The kernels in plain Java. They define each answer to the last bit: every sum has one order, whatever the number of
 * threads and whatever the processor.
 */
@NullMarked
package covey.compute.reference;

import org.jspecify.annotations.NullMarked;

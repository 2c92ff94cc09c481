/**
 * The kernels that a backend offers to model and optimizer.
 */
@NullMarked
package covey.compute.ops;

import org.jspecify.annotations.NullMarked;

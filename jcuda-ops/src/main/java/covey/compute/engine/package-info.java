/**
 * The engine, on the processor or a GPU: parameters, optimizer state and error feedback of one node, and all that
 * changes them.
 */
@NullMarked
package covey.compute.engine;

import org.jspecify.annotations.NullMarked;

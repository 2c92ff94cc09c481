/**
 * From text on this machine to the token streams that a run's genesis names (rules I1 to I4).
 */
@NullMarked
package covey.node.data;

import org.jspecify.annotations.NullMarked;

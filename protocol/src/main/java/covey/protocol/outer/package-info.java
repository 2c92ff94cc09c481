/**
 * The exact outer step in integers and a fixed sequence of IEEE operations (rules H6-H8).
 */
@NullMarked
package covey.protocol.outer;

import org.jspecify.annotations.NullMarked;

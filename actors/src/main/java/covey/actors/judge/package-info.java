/** Checks contributions of others away from the peer's own thread. */
@NullMarked
package covey.actors.judge;

import org.jspecify.annotations.NullMarked;

/** The outer synchronizer: drives the peer's machine, journals what happens to it and runs its effects (rule E1). */
@NullMarked
package covey.actors.outer;

import org.jspecify.annotations.NullMarked;

/** Checkpoints: kept as contents for peers and as folders for people (rule D11). */
@NullMarked
package covey.actors.keep;

import org.jspecify.annotations.NullMarked;

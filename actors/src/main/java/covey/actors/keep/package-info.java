/** What a node keeps: the records that it restarts from (rule E3) and checkpoints (rule D11). */
@NullMarked
package covey.actors.keep;

import org.jspecify.annotations.NullMarked;

/** Cheats against checks and scores. */
@NullMarked
package covey.chaos.hostile;

import org.jspecify.annotations.NullMarked;

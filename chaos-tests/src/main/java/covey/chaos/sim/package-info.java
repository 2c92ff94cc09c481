/**
 * The production machines of a whole run in one thread: virtual time, and a network and disks that fail as a seed says.
 * Only the engine's gradient is a toy; compression, checks and the outer step are the real ones.
 */
@NullMarked
package covey.chaos.sim;

import org.jspecify.annotations.NullMarked;

/** The simulator's own tests: a smoke of seeds, and that it is deterministic and finds what is planted. */
@NullMarked
package covey.chaos.sim;

import org.jspecify.annotations.NullMarked;

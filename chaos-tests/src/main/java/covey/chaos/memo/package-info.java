/** Results of pure functions that the nodes of a simulated run would compute one after the other, all alike. */
@NullMarked
package covey.chaos.memo;

import org.jspecify.annotations.NullMarked;

/**
 * Errors planted in the protocol's compiled code, one at a time, to see that the simulator's checkers find them. A
 * checker that finds nothing may be blind; this is what proves that it sees.
 */
@NullMarked
package covey.chaos.mutant;

import org.jspecify.annotations.NullMarked;

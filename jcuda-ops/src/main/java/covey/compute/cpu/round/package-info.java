/**
 * The end of a round with vector instructions and several threads: the same bytes as {@link
 * covey.compute.reference.ReferenceRound}. Which values are largest does not depend on how they are found, and sums of
 * the outer step are of integers, so neither threads nor the width of vectors can show in a result.
 */
@NullMarked
package covey.compute.cpu.round;

import org.jspecify.annotations.NullMarked;

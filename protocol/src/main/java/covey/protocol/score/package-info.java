/**
 * What a validator concludes from losses it measured (rules J1, J2): evidence, rating, trust and weights, each with
 * the inputs that led to it. No input or output touches θ but the integer {@link Trust#trustQ16}.
 */
@NullMarked
package covey.protocol.score;

import org.jspecify.annotations.NullMarked;

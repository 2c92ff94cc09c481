/**
 * What a validator concludes from losses it measured (rules J1, J2): evidence, rating, trust and weights, each with
 * the inputs that led to it. None of it touches θ but by evaluations that the ledger counts into the integer
 * {@link covey.protocol.ledger.trust.Trust#trustQ16}.
 */
@NullMarked
package covey.protocol.score;

import org.jspecify.annotations.NullMarked;

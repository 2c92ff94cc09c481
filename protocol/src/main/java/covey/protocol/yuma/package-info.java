/**
 * Epoch rules: pure functions from stake, weights and bonds to pay, in 64-bit fixed point, the same on every node. Yuma
 * consensus in its second and third form reproduces the published test values of Bittensor to the last unit; the linear
 * rule is that of Torus.
 */
@NullMarked
package covey.protocol.yuma;

import org.jspecify.annotations.NullMarked;

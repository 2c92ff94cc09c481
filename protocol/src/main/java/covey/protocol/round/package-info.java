/**
 * A node's part in a round as pure machines: follow and apply, train and commit, judge and attest (rules D, E).
 */
@NullMarked
package covey.protocol.round;

import org.jspecify.annotations.NullMarked;

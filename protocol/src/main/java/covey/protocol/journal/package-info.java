/**
 * The ordered inputs of one node: encoding, torn-tail recovery and replay (rules E1, E2).
 */
@NullMarked
package covey.protocol.journal;

import org.jspecify.annotations.NullMarked;

/**
 * The authorities' vote on a block as a pure machine (rules C). Its votes are the certificates.
 */
@NullMarked
package covey.protocol.ballot;

import org.jspecify.annotations.NullMarked;

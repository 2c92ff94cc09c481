/**
 * The asset of a run: accounts, stake, uids, mechanisms, weights, epochs and income streams, as one slice of the
 * ledger's state (rule B7). Every unit is accounted for in every block.
 */
@NullMarked
package covey.protocol.ledger.economy;

import org.jspecify.annotations.NullMarked;

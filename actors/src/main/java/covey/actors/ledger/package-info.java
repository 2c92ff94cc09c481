/**
 * The embedded chain: the authorities' ballots in an ActorSystem of their own, and each node's verified copy of the
 * ledger with its outgoing statements.
 */
@NullMarked
package covey.actors.ledger;

import org.jspecify.annotations.NullMarked;

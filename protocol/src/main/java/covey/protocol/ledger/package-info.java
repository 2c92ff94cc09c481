/**
 * Statements, transactions, blocks, and the deterministic ledger machine that every node re-executes (rules B and D).
 */
@NullMarked
package covey.protocol.ledger;

import org.jspecify.annotations.NullMarked;

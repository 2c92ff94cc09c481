/** The verb {@code ledger}: runs epoch rules on files and re-executes ledgers without trusting who served them. */
@NullMarked
package covey.node.ledger;

import org.jspecify.annotations.NullMarked;

/** What validators found of trainers, counted into trust factors (rule H7). */
@NullMarked
package covey.protocol.ledger.trust;

import org.jspecify.annotations.NullMarked;

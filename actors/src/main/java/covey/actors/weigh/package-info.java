/** What a validator says of the peers of each mechanism: weights on the ledger, and challenges of what peers serve. */
@NullMarked
package covey.actors.weigh;

import org.jspecify.annotations.NullMarked;

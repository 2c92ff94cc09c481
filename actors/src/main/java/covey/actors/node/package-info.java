/**
 * A node among others: membership of the cluster and signed control messages. Nothing here is a proof of anything;
 * losing it costs a rejoin of seconds.
 */
@NullMarked
package covey.actors.node;

import org.jspecify.annotations.NullMarked;

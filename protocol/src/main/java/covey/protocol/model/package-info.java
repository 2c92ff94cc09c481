/**
 * Values that every part of Covey shares: hashes, keys, the run's genesis, the model's shape, and all bounds. They
 * check themselves when made and are immutable.
 */
@NullMarked
package covey.protocol.model;

import org.jspecify.annotations.NullMarked;

/**
 * What a node keeps on disk: contents, records, the journal, checkpoints.
 * Every file says by itself whether it is whole.
 */
@NullMarked
package covey.node.store;

import org.jspecify.annotations.NullMarked;

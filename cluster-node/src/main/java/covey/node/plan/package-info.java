/**
 * {@code covey plan}: what a peer needs to train a model, from the sizes by which the engine allocates.
 */
@NullMarked
package covey.node.plan;

import org.jspecify.annotations.NullMarked;

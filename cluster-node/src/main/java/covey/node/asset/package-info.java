/** Verbs that say something about the asset: sign a statement with a key file and hand it to a door. */
@NullMarked
package covey.node.asset;

import org.jspecify.annotations.NullMarked;

/**
 * The door (rule C7): blocks and transactions over HTTPS, its client, the chain that is read through it, and joining.
 */
@NullMarked
package covey.node.door;

import org.jspecify.annotations.NullMarked;

/** Makes a run: its genesis, and the files that its first nodes start from. */
@NullMarked
package covey.node.genesis;

import org.jspecify.annotations.NullMarked;

/** A node's surroundings in memory, for tests. */
@NullMarked
package covey.actors.testing;

import org.jspecify.annotations.NullMarked;

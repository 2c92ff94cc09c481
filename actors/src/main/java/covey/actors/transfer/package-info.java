/** Fetches contents until they are here. */
@NullMarked
package covey.actors.transfer;

import org.jspecify.annotations.NullMarked;

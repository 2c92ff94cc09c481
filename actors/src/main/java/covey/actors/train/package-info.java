/** From training to a recorded contribution (rules E3, H4). */
@NullMarked
package covey.actors.train;

import org.jspecify.annotations.NullMarked;

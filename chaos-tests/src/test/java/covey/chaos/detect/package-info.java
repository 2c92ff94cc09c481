/** How soon, and how often wrongly, a trainer is called absent. */
@NullMarked
package covey.chaos.detect;

import org.jspecify.annotations.NullMarked;

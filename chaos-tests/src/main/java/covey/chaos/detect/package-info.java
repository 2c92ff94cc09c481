/** How soon an authority calls a dead trainer absent, and how often a live one, over links of all kinds (rule D4). */
@NullMarked
package covey.chaos.detect;

import org.jspecify.annotations.NullMarked;

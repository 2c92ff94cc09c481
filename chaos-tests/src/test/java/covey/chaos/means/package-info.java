@NullMarked
package covey.chaos.means;

import org.jspecify.annotations.NullMarked;

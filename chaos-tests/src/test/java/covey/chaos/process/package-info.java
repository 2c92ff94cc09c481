/** Real node processes on loopback, judged from outside by what they print and write. */
@NullMarked
package covey.chaos.process;

import org.jspecify.annotations.NullMarked;

/** Tests of what is counted in simulated runs. */
@NullMarked
package covey.chaos.cover;

import org.jspecify.annotations.NullMarked;

/** Breaks a network of real node processes by a seeded plan, and reports what that cost. */
@NullMarked
package covey.chaos.process;

import org.jspecify.annotations.NullMarked;

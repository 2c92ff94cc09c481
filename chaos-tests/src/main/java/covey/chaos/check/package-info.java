/**
 * Judges of a run, from outside: each sees what nodes do and say, keeps its own account, and throws a violation when a
 * rule is broken. They know nothing of how the run is made.
 */
@NullMarked
package covey.chaos.check;

import org.jspecify.annotations.NullMarked;

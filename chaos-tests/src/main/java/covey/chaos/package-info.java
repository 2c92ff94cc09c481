/**
 * Simulator, checkers and real-process chaos.
 */
@NullMarked
package covey.chaos;

import org.jspecify.annotations.NullMarked;

/**
 * Everything that an operator runs: command line, configuration, wiring.
 */
@NullMarked
package covey.node;

import org.jspecify.annotations.NullMarked;

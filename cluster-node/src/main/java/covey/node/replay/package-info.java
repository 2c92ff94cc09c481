/** Checks the history that a node keeps: blocks, journal, contributions and θ against one another (rule E2). */
@NullMarked
package covey.node.replay;

import org.jspecify.annotations.NullMarked;

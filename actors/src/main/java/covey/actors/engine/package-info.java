/** The one thread that touches the engine. */
@NullMarked
package covey.actors.engine;

import org.jspecify.annotations.NullMarked;

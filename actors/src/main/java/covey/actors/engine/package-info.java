/** The one thread that touches the engine, and what it makes durable (rule E3). */
@NullMarked
package covey.actors.engine;

import org.jspecify.annotations.NullMarked;

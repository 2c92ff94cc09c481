/** A node's own work in a run: the roles, put together in an ActorSystem without a network. */
@NullMarked
package covey.actors.run;

import org.jspecify.annotations.NullMarked;

/** What both ActorSystems with connections share: TLS whose key is the hotkey, and an end that comes. */
@NullMarked
package covey.actors.remote;

import org.jspecify.annotations.NullMarked;

/**
 * The Pekko shell around the pure machines of the protocol.
 */
@NullMarked
package covey.actors;

import org.jspecify.annotations.NullMarked;

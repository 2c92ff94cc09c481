/**
 * What the protocol needs from the world. Production and simulator implement these; nothing here blocks unless it
 * says so.
 */
@NullMarked
package covey.protocol.port;

import org.jspecify.annotations.NullMarked;

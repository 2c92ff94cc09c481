/**
 * Canonical little-endian encoding: a growing writer, and a reader that checks each length before it allocates.
 */
@NullMarked
package covey.protocol.wire;

import org.jspecify.annotations.NullMarked;

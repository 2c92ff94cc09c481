/**
 * Our channel endpoint in the media driver: drops frames of strangers before anything is allocated for them.
 */
@NullMarked
package covey.transport.guard;

import org.jspecify.annotations.NullMarked;

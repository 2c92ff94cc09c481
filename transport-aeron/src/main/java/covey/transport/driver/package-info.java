/**
 * The embedded media driver and its client, which live and die as one generation.
 */
@NullMarked
package covey.transport.driver;

import org.jspecify.annotations.NullMarked;

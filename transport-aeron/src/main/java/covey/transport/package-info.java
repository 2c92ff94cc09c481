/**
 * Bulk transfer over Aeron UDP (design 4.8).
 */
@NullMarked
package covey.transport;

import org.jspecify.annotations.NullMarked;

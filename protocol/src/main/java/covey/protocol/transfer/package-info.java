/**
 * Content ids and the pure machine of one bulk transfer: grants, gaps, segments, holders (design 4.8).
 */
@NullMarked
package covey.protocol.transfer;

import org.jspecify.annotations.NullMarked;

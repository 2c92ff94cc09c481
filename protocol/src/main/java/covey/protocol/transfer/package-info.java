/**
 * Content ids and the pure machine of one bulk transfer: grants, gaps, segments, holders (ARCHITECTURE.md §9).
 */
@NullMarked
package covey.protocol.transfer;

import org.jspecify.annotations.NullMarked;

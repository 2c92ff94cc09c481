/**
 * Pairs of a request and a response channel between a fetcher and a holder (ARCHITECTURE.md §9).
 */
@NullMarked
package covey.transport.link;

import org.jspecify.annotations.NullMarked;

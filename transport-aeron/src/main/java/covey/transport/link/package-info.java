/**
 * Pairs of a request and a response channel between a fetcher and a holder (design 4.8).
 */
@NullMarked
package covey.transport.link;

import org.jspecify.annotations.NullMarked;

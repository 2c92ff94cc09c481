/**
 * The decoder: forward, loss, and the backward pass written by hand.
 */
@NullMarked
package covey.compute.model;

import org.jspecify.annotations.NullMarked;

/**
 * The inner optimizer and its learning rate.
 */
@NullMarked
package covey.compute.optim;

import org.jspecify.annotations.NullMarked;

/**
 * The kernels with vector instructions: the same bits as {@link covey.compute.reference}, on vectors of 4, 8 or 16
 * values and any number of threads, as each sum has the one order that the reference gives it. Elements of a product
 * are chains of fused multiply-adds, one lane each, so tiles may have any shape.
 */
@NullMarked
package covey.compute.cpu;

import org.jspecify.annotations.NullMarked;

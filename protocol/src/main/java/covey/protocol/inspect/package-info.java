/**
 * What can be seen of contributions without a model: copies of one another and of earlier ones, norms, signs and
 * indices out of line. Integers and ratios of integers only.
 */
@NullMarked
package covey.protocol.inspect;

import org.jspecify.annotations.NullMarked;

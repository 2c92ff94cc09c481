/**
 * Which samples a trainer gets in a round (rule I2).
 */
@NullMarked
package covey.protocol.assign;

import org.jspecify.annotations.NullMarked;

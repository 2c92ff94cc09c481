/**
 * Token streams cut into windows, and the byte tokenizer (rule I1).
 */
@NullMarked
package covey.protocol.data;

import org.jspecify.annotations.NullMarked;

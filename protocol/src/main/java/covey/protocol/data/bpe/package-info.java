/**
 * Byte-level byte-pair encoding as GPT-2 has it: trainer, encoder and decoder (rule I1).
 */
@NullMarked
package covey.protocol.data.bpe;

import org.jspecify.annotations.NullMarked;

/**
 * Tokenizers as files: Hugging Face's tokenizer.json, and the names that genesis gives tokenizers (rule I1).
 */
@NullMarked
package covey.node.tokenizer;

import org.jspecify.annotations.NullMarked;

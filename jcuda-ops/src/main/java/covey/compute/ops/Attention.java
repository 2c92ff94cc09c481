package covey.compute.ops;

import covey.compute.tensor.Matrix;

/**
 * What causal attention with grouped queries reads and writes, or the gradients of these. Rows are tokens, sequence
 * after sequence; query head h reads key and value head ⌊h · kvHeads / heads⌋.
 *
 * @param shape of the heads
 * @param query [tokens, heads · headSize]
 * @param key [tokens, kvHeads · headSize]
 * @param value [tokens, kvHeads · headSize]
 * @param probabilities [tokens · heads, sequence]: of sequence s and head h a square matrix from row
 *     (s · heads + h) · sequence, zero above its diagonal
 * @param out [tokens, heads · headSize]
 */
public record Attention<B>(
        Shape shape, Matrix<B> query, Matrix<B> key, Matrix<B> value, Matrix<B> probabilities, Matrix<B> out) {
    /** @param sequence tokens of a sequence */
    public record Shape(int sequence, int heads, int kvHeads, int headSize) {
        /** Query heads that share a key and value head. */
        public int group() {
            return heads / kvHeads;
        }

        /** What scores are multiplied with before softmax. */
        public float scale() {
            return (float) (1 / Math.sqrt(headSize));
        }
    }
}

package covey.protocol.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Shape of a Llama-style decoder.
 *
 * @param vocabulary V, tokens
 * @param width d, the residual stream
 * @param layers L
 * @param heads query heads; {@code width / heads} is the head size
 * @param kvHeads key and value heads; divides {@code heads}
 * @param ffn inner size of SwiGLU
 * @param sequence T, tokens of one window
 * @param tiedEmbedding whether the output projection is the embedding
 */
public record ModelShape(
        int vocabulary, int width, int layers, int heads, int kvHeads, int ffn, int sequence, boolean tiedEmbedding) {

    /** One tensor: rows × columns; a vector has {@code columns == 1}. */
    public record Tensor(String name, int rows, int columns) {
        public boolean isMatrix() {
            return columns > 1;
        }

        public long length() {
            return (long) rows * columns;
        }
    }

    public ModelShape {
        requireMultiple("vocabulary", vocabulary);
        requireMultiple("width", width);
        requireMultiple("ffn", ffn);
        require(layers >= 1, "layers", layers, "at least 1");
        require(heads >= 1 && width % heads == 0, "heads", heads, "a divisor of width " + width);
        require(kvHeads >= 1 && heads % kvHeads == 0, "kvHeads", kvHeads, "a divisor of heads " + heads);
        require((width / heads) % 2 == 0, "heads", heads, "an even head size for rotary embedding");
        require(sequence >= 2, "sequence", sequence, "at least 2");
        requireMultiple("kvWidth", kvHeads * (width / heads));
    }

    private static void requireMultiple(String name, int value) {
        require(value > 0 && value % 64 == 0, name, value, "a positive multiple of 64 (rule H1)");
    }

    private static void require(boolean ok, String name, int value, String rule) {
        if (!ok) {
            throw new IllegalArgumentException("model " + name + ": " + value + " (expected: " + rule + ")");
        }
    }

    public int headSize() {
        return width / heads;
    }

    public int kvWidth() {
        return kvHeads * headSize();
    }

    /**
     * All tensors in the canonical order (rule H1). Matrices are stored [out, in] row-major. The order of θ's
     * canonical bytes is this list.
     */
    public List<Tensor> tensors() {
        List<Tensor> all = new ArrayList<>();
        all.add(new Tensor("embedding", vocabulary, width));
        for (int l = 0; l < layers; l++) {
            String p = "layer." + l + ".";
            all.add(new Tensor(p + "attentionNorm", width, 1));
            all.add(new Tensor(p + "query", width, width));
            all.add(new Tensor(p + "key", kvWidth(), width));
            all.add(new Tensor(p + "value", kvWidth(), width));
            all.add(new Tensor(p + "attentionOut", width, width));
            all.add(new Tensor(p + "ffnNorm", width, 1));
            all.add(new Tensor(p + "gate", ffn, width));
            all.add(new Tensor(p + "up", ffn, width));
            all.add(new Tensor(p + "down", width, ffn));
        }
        all.add(new Tensor("finalNorm", width, 1));
        if (!tiedEmbedding) {
            all.add(new Tensor("output", vocabulary, width));
        }
        return List.copyOf(all);
    }

    public long parameterCount() {
        return tensors().stream().mapToLong(Tensor::length).sum();
    }
}

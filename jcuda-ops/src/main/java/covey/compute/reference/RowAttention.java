package covey.compute.reference;

import covey.compute.ops.Attention;
import java.util.Arrays;

/**
 * Causal attention of one token of a sequence, with the bits that attention of the whole sequence gives it: sums in the
 * same order, cut at the same places. For sampling token by token. Used by one thread.
 */
public final class RowAttention {
    private final LaneSum sum = new LaneSum();
    private float[] weights = {};
    private float[] block = {};

    /** Sets row {@code row} of the output of the first sequence; keys and values up to that row are there. */
    public void run(Attention<float[]> t, int row) {
        int size = t.shape().headSize();
        if (weights.length <= row) {
            weights = new float[t.shape().sequence()];
        }
        if (block.length < size) {
            block = new float[size];
        }
        for (int head = 0; head < t.shape().heads(); head++) {
            int side = head / t.shape().group() * size;
            score(t, row, head * size, side);
            float inverse = (float) (1 / Exponential.ofRow(weights, 0, row + 1, sum));
            for (int j = 0; j <= row; j++) {
                weights[j] *= inverse;
            }
            weigh(t, row, head * size, side);
        }
    }

    private void score(Attention<float[]> t, int row, int from, int side) {
        float[] query = t.query().data();
        float[] key = t.key().data();
        int q = (int) t.query().row(row).offset() + from;
        int size = t.shape().headSize();
        float scale = t.shape().scale();
        for (int j = 0; j <= row; j++) {
            int k = (int) t.key().offset() + j * t.key().columns() + side;
            float product = 0;
            for (int i = 0; i < size; i++) {
                product = Math.fma(query[q + i], key[k + i], product);
            }
            weights[j] = product * scale;
        }
    }

    private void weigh(Attention<float[]> t, int row, int to, int side) {
        int size = t.shape().headSize();
        float[] value = t.value().data();
        float[] out = t.out().data();
        int at = (int) t.out().row(row).offset() + to;
        for (int first = 0; first <= row; first += MatrixProduct.DEPTH) {
            Arrays.fill(block, 0f);
            for (int j = first; j <= row && j < first + MatrixProduct.DEPTH; j++) {
                int v = (int) t.value().offset() + j * t.value().columns() + side;
                for (int i = 0; i < size; i++) {
                    block[i] = Math.fma(weights[j], value[v + i], block[i]);
                }
            }
            for (int i = 0; i < size; i++) {
                out[at + i] = first == 0 ? block[i] : out[at + i] + block[i];
            }
        }
        for (int i = 0; i < size; i++) {
            out[at + i] += 0f;
        }
    }
}

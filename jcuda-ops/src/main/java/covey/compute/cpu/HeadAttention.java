package covey.compute.cpu;

import covey.compute.ops.Attention;
import covey.compute.reference.Strided;
import covey.compute.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Causal attention of one sequence and one key and value head with all query heads that read it, in blocks of rows that
 * leave out most of what stands above the diagonal. Units are independent of one another. Used by one thread.
 */
final class HeadAttention {
    private static final int L = Width.LANES;
    /** Rows of a block; it divides the depth of a product's sums, so that blocks of these stay where they are. */
    private static final int ROWS = 64;

    private final Attention.Shape shape;
    private final int sequence;
    private final int size;
    private final float scale;
    private final LaneSums sums = new LaneSums();
    private final Product product;
    private final PackedRight wide;
    private final PackedRight narrow;
    private final PackedRight gathered;

    HeadAttention(Attention.Shape shape, Product product) {
        this.shape = shape;
        this.product = product;
        sequence = shape.sequence();
        size = shape.headSize();
        scale = shape.scale();
        wide = new PackedRight(product.columns());
        narrow = new PackedRight(product.columns());
        gathered = new PackedRight(product.columns());
    }

    static int units(Attention<float[]> tensors) {
        Attention.Shape shape = tensors.shape();
        return tensors.query().rows() / shape.sequence() * shape.kvHeads();
    }

    Attention.Shape shape() {
        return shape;
    }

    void forward(Attention<float[]> t, int unit) {
        int s = unit / shape.kvHeads();
        int kvHead = unit % shape.kvHeads();
        pack(wide, head(t.key(), s, kvHead).transposed());
        pack(narrow, head(t.value(), s, kvHead));
        for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
            Strided query = head(t.query(), s, h);
            Strided p = square(t, s, h);
            Strided out = head(t.out(), s, h);
            for (int i = 0; i < sequence; i += ROWS) {
                int end = Math.min(sequence, i + ROWS);
                product.multiply(query.rows(i, end), wide, p.rows(i, end).columns(0, end), false);
                softmax(p, i, end);
                weigh(p.rows(i, end).columns(0, end), out.rows(i, end));
            }
        }
    }

    private static void pack(PackedRight packed, Strided right) {
        packed.of(right);
        packed.pack();
    }

    /** The rows of one sequence and the columns of one head. */
    private Strided head(Matrix<float[]> m, int s, int head) {
        return Strided.of(m).rows(s * sequence, (s + 1) * sequence).columns(head * size, (head + 1) * size);
    }

    private Strided square(Attention<float[]> t, int s, int head) {
        int first = (s * shape.heads() + head) * sequence;
        return Strided.of(t.probabilities()).rows(first, first + sequence);
    }

    private void softmax(Strided p, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = p.row(i);
            Elements.scale(p.data(), at, i + 1, scale);
            float inverse = (float) (1 / Softmax.ofRow(p.data(), at, i + 1, sums));
            Elements.scale(p.data(), at, i + 1, inverse);
            Arrays.fill(p.data(), at + i + 1, at + sequence, 0f);
        }
    }

    private void weigh(Strided p, Strided out) {
        product.multiply(p, narrow, out, false);
        unsign(out);
    }

    private void unsign(Strided out) {
        for (int i = 0; i < out.rows(); i++) {
            Elements.unsign(out.data(), out.row(i), size);
        }
    }

    void backward(Attention<float[]> t, Attention<float[]> gradient, int unit) {
        int s = unit / shape.kvHeads();
        int kvHead = unit % shape.kvHeads();
        pack(wide, head(t.value(), s, kvHead).transposed());
        pack(narrow, head(t.key(), s, kvHead));
        for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
            Strided p = square(t, s, h);
            Strided dScores = square(gradient, s, h);
            Strided dOut = head(gradient.out(), s, h);
            Strided dQuery = head(gradient.query(), s, h);
            for (int i = 0; i < sequence; i += ROWS) {
                int end = Math.min(sequence, i + ROWS);
                product.multiply(dOut.rows(i, end), wide, dScores.rows(i, end).columns(0, end), false);
                softmaxGradient(p, dScores, i, end);
                weigh(dScores.rows(i, end).columns(0, end), dQuery.rows(i, end));
            }
            boolean accumulate = h > kvHead * shape.group();
            gather(dScores, head(t.query(), s, h), head(gradient.key(), s, kvHead), accumulate);
            gather(p, dOut, head(gradient.value(), s, kvHead), accumulate);
        }
    }

    /** d_ij = scale · p_ij · (d_ij − Σ_j p_ij · d_ij). */
    private void softmaxGradient(Strided p, Strided d, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = p.row(i);
            int dAt = d.row(i);
            float mean = (float) sums.ofProducts(p.data(), at, d.data(), dAt, i + 1);
            slope(p.data(), at, d.data(), dAt, i + 1, mean);
            Arrays.fill(d.data(), dAt + i + 1, dAt + sequence, 0f);
        }
    }

    private void slope(float[] p, int at, float[] d, int dAt, int count, float mean) {
        int j = 0;
        for (; j <= count - L; j += L) {
            FloatVector centered = Width.load(d, dAt + j).sub(mean);
            Width.load(p, at + j).mul(scale).mul(centered).intoArray(d, dAt + j);
        }
        for (; j < count; j++) {
            d[dAt + j] = scale * p[at + j] * (d[dAt + j] - mean);
        }
    }

    /** into_j (+)= Σ over i ≥ j of m_ij · right_i. */
    private void gather(Strided m, Strided right, Strided into, boolean accumulate) {
        pack(gathered, right);
        for (int j = 0; j < sequence; j += ROWS) {
            int end = Math.min(sequence, j + ROWS);
            Strided left = m.rows(j, sequence).columns(j, end).transposed();
            product.multiply(left, gathered, j, into.rows(j, end), accumulate);
        }
        unsign(into);
    }
}

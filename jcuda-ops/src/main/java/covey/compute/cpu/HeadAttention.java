package covey.compute.cpu;

import covey.compute.ops.Attention;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.View;
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
    // Views of one unit, and of one block of it.
    private final View side = new View();
    private final View query = new View();
    private final View p = new View();
    private final View out = new View();
    private final View dScores = new View();
    private final View sum = new View();
    private final View left = new View();
    private final View into = new View();

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
        pack(wide, head(side, t.key(), s, kvHead).transpose());
        pack(narrow, head(side, t.value(), s, kvHead));
        for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
            head(query, t.query(), s, h);
            square(p, t, s, h);
            head(out, t.out(), s, h);
            for (int i = 0; i < sequence; i += ROWS) {
                int end = Math.min(sequence, i + ROWS);
                left.of(query).cutRows(i, end);
                product.multiply(left, wide, into.of(p).cutRows(i, end).cutColumns(0, end), false);
                softmax(p, i, end);
                weigh(p, i, end, out);
            }
        }
    }

    private static void pack(PackedRight packed, View right) {
        packed.of(right);
        packed.pack();
    }

    /** The rows of one sequence and the columns of one head. */
    private View head(View view, Matrix<float[]> m, int s, int head) {
        return view.of(m).cutRows(s * sequence, (s + 1) * sequence).cutColumns(head * size, (head + 1) * size);
    }

    private View square(View view, Attention<float[]> t, int s, int head) {
        int first = (s * shape.heads() + head) * sequence;
        return view.of(t.probabilities()).cutRows(first, first + sequence);
    }

    private void softmax(View p, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = p.row(i);
            Elements.scale(p.data(), at, i + 1, scale);
            float inverse = (float) (1 / Softmax.ofRow(p.data(), at, i + 1, sums));
            Elements.scale(p.data(), at, i + 1, inverse);
            Arrays.fill(p.data(), at + i + 1, at + sequence, 0f);
        }
    }

    /** Rows {@code from} to {@code to - 1} of {@code target} are those of {@code weights}, times the narrow side. */
    private void weigh(View weights, int from, int to, View target) {
        left.of(weights).cutRows(from, to).cutColumns(0, to);
        product.multiply(left, narrow, into.of(target).cutRows(from, to), false);
        unsign(into);
    }

    private void unsign(View target) {
        for (int i = 0; i < target.rows(); i++) {
            Elements.unsign(target.data(), target.row(i), size);
        }
    }

    void backward(Attention<float[]> t, Attention<float[]> gradient, int unit) {
        int s = unit / shape.kvHeads();
        int kvHead = unit % shape.kvHeads();
        pack(wide, head(side, t.value(), s, kvHead).transpose());
        pack(narrow, head(side, t.key(), s, kvHead));
        for (int h = kvHead * shape.group(); h < (kvHead + 1) * shape.group(); h++) {
            square(p, t, s, h);
            square(dScores, gradient, s, h);
            head(out, gradient.out(), s, h);
            head(query, gradient.query(), s, h);
            for (int i = 0; i < sequence; i += ROWS) {
                int end = Math.min(sequence, i + ROWS);
                left.of(out).cutRows(i, end);
                product.multiply(left, wide, into.of(dScores).cutRows(i, end).cutColumns(0, end), false);
                softmaxGradient(p, dScores, i, end);
                weigh(dScores, i, end, query);
            }
            boolean accumulate = h > kvHead * shape.group();
            gather(dScores, head(side, t.query(), s, h), head(sum, gradient.key(), s, kvHead), accumulate);
            gather(p, out, head(sum, gradient.value(), s, kvHead), accumulate);
        }
    }

    /** d_ij = scale · p_ij · (d_ij − Σ_j p_ij · d_ij). */
    private void softmaxGradient(View p, View d, int from, int to) {
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

    /** target_j (+)= Σ over i ≥ j of m_ij · right_i. */
    private void gather(View m, View right, View target, boolean accumulate) {
        pack(gathered, right);
        for (int j = 0; j < sequence; j += ROWS) {
            int end = Math.min(sequence, j + ROWS);
            left.of(m).cutRows(j, sequence).cutColumns(j, end).transpose();
            product.multiply(left, gathered, j, into.of(target).cutRows(j, end), accumulate);
        }
        unsign(target);
    }
}

package covey.compute.reference;

import covey.compute.ops.Attention;
import covey.compute.reference.RowPair.Left;
import covey.compute.tensor.Matrix;
import java.util.Arrays;

/**
 * Causal attention of one sequence and one key and value head with all query heads that read it. Units are
 * independent of one another. Used by one thread.
 */
final class CausalAttention {
    private final int sequence;
    private final int size;
    private final float scale;
    private final LaneSum sum = new LaneSum();
    /** Rows over positions, from a panel [headSize][sequence]. */
    private final RowPair wide;
    /** Rows over a head's values, from a panel [sequence][headSize]. */
    private final RowPair narrow;

    CausalAttention(Attention.Shape shape) {
        sequence = shape.sequence();
        size = shape.headSize();
        scale = shape.scale();
        wide = new RowPair(size, sequence);
        narrow = new RowPair(sequence, size);
    }

    static int units(Attention<float[]> tensors) {
        return tensors.query().rows()
                / tensors.shape().sequence()
                * tensors.shape().kvHeads();
    }

    void forward(Attention<float[]> t, int unit) {
        int group = t.shape().group();
        int s = unit / t.shape().kvHeads();
        int kvHead = unit % t.shape().kvHeads();
        Strided key = head(t.key(), s, kvHead);
        Strided value = head(t.value(), s, kvHead);
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            Strided probabilities = square(t, s, h);
            wide.pack(key.transposed());
            scores(head(t.query(), s, h), probabilities);
            narrow.pack(value);
            weigh(probabilities, head(t.out(), s, h));
        }
    }

    /** The rows of one sequence and the columns of one head. */
    private Strided head(Matrix<float[]> m, int s, int head) {
        return Strided.of(m).rows(s * sequence, (s + 1) * sequence).columns(head * size, (head + 1) * size);
    }

    private Strided square(Attention<float[]> t, int s, int head) {
        int first = (s * t.shape().heads() + head) * sequence;
        return Strided.of(t.probabilities()).rows(first, first + sequence);
    }

    /** p = softmax(scale · q · kᵀ) over positions up to the row's. */
    private void scores(Strided query, Strided p) {
        for (int i = 0; i < sequence; i += 2) {
            int next = Math.min(i + 1, sequence - 1);
            wide.clear(next + 1);
            wide.add(new Left(query.data(), query.row(i), query.row(next), 1), 0, size, next + 1);
            softmax(wide.second, next + 1);
            softmax(wide.first, i + 1);
            wide.store(p.data(), p.row(i), p.row(next), sequence);
        }
    }

    private void softmax(float[] row, int count) {
        for (int j = 0; j < count; j++) {
            row[j] *= scale;
        }
        float inverse = (float) (1 / Exponential.ofRow(row, 0, count, sum));
        for (int j = 0; j < count; j++) {
            row[j] *= inverse;
        }
        Arrays.fill(row, count, sequence, 0f);
    }

    /** out_i = Σ over j ≤ i of p_ij · panel_j. */
    private void weigh(Strided p, Strided out) {
        for (int i = 0; i < sequence; i += 2) {
            int next = Math.min(i + 1, sequence - 1);
            addBlocks(new Left(p.data(), p.row(i), p.row(next), 1), 0, next + 1, out.rows(i, next + 1), false);
        }
    }

    /**
     * As a product does it (blocks of depth from index 0), and then + 0, which turns −0 to 0: so it does not matter
     * whether products with the zeros above the diagonal are left out.
     */
    private void addBlocks(Left left, int from, int to, Strided into, boolean accumulate) {
        int first = into.row(0);
        int second = into.row(into.rows() - 1);
        int end;
        for (int k = from; k < to; k = end) {
            end = Math.min(to, (k / MatrixProduct.DEPTH + 1) * MatrixProduct.DEPTH);
            narrow.clear(size);
            narrow.add(left, k, end, size);
            if (accumulate || k > from) {
                narrow.addTo(into.data(), first, second, size);
            } else {
                narrow.store(into.data(), first, second, size);
            }
        }
        unsign(into.data(), first);
        unsign(into.data(), second);
    }

    private void unsign(float[] row, int at) {
        for (int j = at; j < at + size; j++) {
            row[j] += 0f;
        }
    }

    void backward(Attention<float[]> t, Attention<float[]> gradient, int unit) {
        int group = t.shape().group();
        int s = unit / t.shape().kvHeads();
        int kvHead = unit % t.shape().kvHeads();
        Strided key = head(t.key(), s, kvHead);
        Strided value = head(t.value(), s, kvHead);
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            Strided p = square(t, s, h);
            Strided dScores = square(gradient, s, h);
            Strided dOut = head(gradient.out(), s, h);
            wide.pack(value.transposed());
            scoreGradient(p, dOut, dScores);
            narrow.pack(key);
            weigh(dScores, head(gradient.query(), s, h));
            boolean accumulate = h > kvHead * group;
            narrow.pack(head(t.query(), s, h));
            gather(dScores, head(gradient.key(), s, kvHead), accumulate);
            narrow.pack(dOut);
            gather(p, head(gradient.value(), s, kvHead), accumulate);
        }
    }

    /** d_ij = scale · p_ij · (dp_ij − Σ_j p_ij · dp_ij) with dp = dOut · vᵀ. */
    private void scoreGradient(Strided p, Strided dOut, Strided d) {
        for (int i = 0; i < sequence; i += 2) {
            int next = Math.min(i + 1, sequence - 1);
            wide.clear(next + 1);
            wide.add(new Left(dOut.data(), dOut.row(i), dOut.row(next), 1), 0, size, next + 1);
            softmaxGradient(p.data(), p.row(next), wide.second, next + 1);
            softmaxGradient(p.data(), p.row(i), wide.first, i + 1);
            wide.store(d.data(), d.row(i), d.row(next), sequence);
        }
    }

    private void softmaxGradient(float[] p, int at, float[] row, int count) {
        float mean = (float) sum.ofProducts(p, at, row, 0, count);
        for (int j = 0; j < count; j++) {
            row[j] = scale * p[at + j] * (row[j] - mean);
        }
        Arrays.fill(row, count, sequence, 0f);
    }

    /** into_j (+)= Σ over i ≥ j of m_ij · panel_i. */
    private void gather(Strided m, Strided into, boolean accumulate) {
        for (int j = 0; j < sequence; j += 2) {
            int next = Math.min(j + 1, sequence - 1);
            Left left = new Left(m.data(), m.offset() + j, m.offset() + next, sequence);
            addBlocks(left, j, sequence, into.rows(j, next + 1), accumulate);
        }
    }
}

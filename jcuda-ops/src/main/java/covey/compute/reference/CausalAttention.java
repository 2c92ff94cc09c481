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
        float inverse = (float) (1 / Exponential.ofRow(row, 0, count));
        for (int j = 0; j < count; j++) {
            row[j] *= inverse;
        }
        Arrays.fill(row, count, sequence, 0f);
    }

    /** out_i = Σ over j ≤ i of p_ij · panel_j. */
    private void weigh(Strided p, Strided out) {
        for (int i = 0; i < sequence; i += 2) {
            int next = Math.min(i + 1, sequence - 1);
            narrow.clear(size);
            narrow.add(new Left(p.data(), p.row(i), p.row(next), 1), 0, next + 1, size);
            narrow.store(out.data(), out.row(i), out.row(next), size);
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
        double sum = 0;
        for (int j = 0; j < count; j++) {
            sum += p[at + j] * row[j];
        }
        float mean = (float) sum;
        for (int j = 0; j < count; j++) {
            row[j] = scale * p[at + j] * (row[j] - mean);
        }
        Arrays.fill(row, count, sequence, 0f);
    }

    /** into_j (+)= Σ over i ≥ j of m_ij · panel_i. */
    private void gather(Strided m, Strided into, boolean accumulate) {
        for (int j = 0; j < sequence; j += 2) {
            int next = Math.min(j + 1, sequence - 1);
            if (accumulate) {
                narrow.load(into.data(), into.row(j), into.row(next), size);
            } else {
                narrow.clear(size);
            }
            narrow.add(new Left(m.data(), m.offset() + j, m.offset() + next, sequence), j, sequence, size);
            narrow.store(into.data(), into.row(j), into.row(next), size);
        }
    }
}

package covey.compute.reference;

import covey.compute.ops.AdamStep;
import covey.compute.ops.ArrayOps;
import covey.compute.ops.Attention;
import covey.compute.tensor.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The kernels over Java arrays. Threads split rows, never a sum, so results have the same bits for any number of
 * them; no operation is left to the processor's choice. Buffers are limited to 2^31 values.
 */
public final class ReferenceOps implements ArrayOps {
    private final Lanes lanes;
    private final MatrixProduct[] products;
    private final RowAttention rowAttention = new RowAttention();
    private CausalAttention @Nullable [] attentions;
    private Attention.@Nullable Shape attentionShape;

    /** @param threads at least 1 */
    public ReferenceOps(int threads) {
        lanes = new Lanes(threads);
        products = new MatrixProduct[threads];
        Arrays.setAll(products, i -> new MatrixProduct());
    }

    @Override
    public float[] allocate(long length) {
        return new float[Math.toIntExact(length)];
    }

    @Override
    public void add(Matrix<float[]> from, Matrix<float[]> into) {
        float[] a = from.data();
        float[] b = into.data();
        int shift = (int) (from.offset() - into.offset());
        int end = end(into);
        for (int i = (int) into.offset(); i < end; i++) {
            b[i] += a[i + shift];
        }
    }

    private static int end(Matrix<float[]> m) {
        return Math.toIntExact(m.offset() + m.length());
    }

    @Override
    public void linear(Matrix<float[]> x, Matrix<float[]> parameters, Matrix<float[]> y) {
        multiply(Strided.of(x), Strided.of(parameters).transposed(), Strided.of(y), false);
    }

    @Override
    public void linearInputGradient(
            Matrix<float[]> dy, Matrix<float[]> parameters, Matrix<float[]> dx, boolean accumulate) {
        multiply(Strided.of(dy), Strided.of(parameters), Strided.of(dx), accumulate);
    }

    @Override
    public void linearParameterGradient(Matrix<float[]> dy, Matrix<float[]> x, Matrix<float[]> dParameters) {
        multiply(Strided.of(dy).transposed(), Strided.of(x), Strided.of(dParameters), true);
    }

    private void multiply(Strided a, Strided b, Strided c, boolean accumulate) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("product: [" + a.rows() + ", " + a.columns() + "] · [" + b.rows() + ", "
                    + b.columns() + "] = [" + c.rows() + ", " + c.columns() + "] (expected: shapes that fit)");
        }
        lanes.run(
                c.rows(),
                (lane, from, to) -> products[lane].multiply(a.rows(from, to), b, c.rows(from, to), accumulate));
    }

    @Override
    public void embed(int[] tokens, Matrix<float[]> table, Matrix<float[]> out) {
        int width = table.columns();
        for (int i = 0; i < out.rows(); i++) {
            System.arraycopy(
                    table.data(),
                    (int) table.row(tokens[i]).offset(),
                    out.data(),
                    (int) out.row(i).offset(),
                    width);
        }
    }

    @Override
    public void embedGradient(int[] tokens, Matrix<float[]> dOut, Matrix<float[]> dTable) {
        for (int i = 0; i < dOut.rows(); i++) {
            add(dOut.row(i), dTable.row(tokens[i]));
        }
    }

    @Override
    public void rmsNorm(
            Matrix<float[]> x, Matrix<float[]> gain, float epsilon, Matrix<float[]> y, Matrix<float[]> inverse) {
        lanes.run(x.rows(), (lane, from, to) -> RmsNorm.forward(x, gain, epsilon, y, inverse, from, to));
    }

    @Override
    public void rmsNormGradient(
            Matrix<float[]> x,
            Matrix<float[]> gain,
            Matrix<float[]> inverse,
            Matrix<float[]> dy,
            Matrix<float[]> dx,
            Matrix<float[]> dGain) {
        RmsNorm.gainGradient(x, inverse, dy, dGain);
        lanes.run(x.rows(), (lane, from, to) -> RmsNorm.backward(x, gain, inverse, dy, dx, from, to));
    }

    @Override
    public void rotate(Matrix<float[]> x, Matrix<float[]> table, int sequence, boolean back) {
        int half = table.columns() / 2;
        float sign = back ? -1f : 1f;
        for (int r = 0; r < x.rows(); r++) {
            int turn = (int) table.row(r % sequence).offset();
            int start = (int) x.row(r).offset();
            for (int at = start; at < start + x.columns(); at += 2 * half) {
                turn(x.data(), at, table.data(), turn, half, sign);
            }
        }
    }

    private static void turn(float[] x, int at, float[] table, int turn, int half, float sign) {
        for (int i = 0; i < half; i++) {
            float cos = table[turn + i];
            float sin = sign * table[turn + half + i];
            float a = x[at + i];
            float b = x[at + half + i];
            x[at + i] = a * cos - b * sin;
            x[at + half + i] = a * sin + b * cos;
        }
    }

    @Override
    public void attention(Attention<float[]> tensors) {
        CausalAttention[] scratch = attentions(tensors.shape());
        lanes.run(CausalAttention.units(tensors), (lane, from, to) -> {
            for (int unit = from; unit < to; unit++) {
                scratch[lane].forward(tensors, unit);
            }
        });
    }

    @Override
    public void attentionRow(Attention<float[]> tensors, int row) {
        rowAttention.run(tensors, row);
    }

    @Override
    public void attentionGradient(Attention<float[]> tensors, Attention<float[]> gradient) {
        CausalAttention[] scratch = attentions(tensors.shape());
        lanes.run(CausalAttention.units(tensors), (lane, from, to) -> {
            for (int unit = from; unit < to; unit++) {
                scratch[lane].backward(tensors, gradient, unit);
            }
        });
    }

    private CausalAttention[] attentions(Attention.Shape shape) {
        CausalAttention[] kept = attentions;
        if (kept == null || !shape.equals(attentionShape)) {
            kept = new CausalAttention[lanes.count()];
            Arrays.setAll(kept, i -> new CausalAttention(shape));
            attentions = kept;
            attentionShape = shape;
        }
        return kept;
    }

    @Override
    public void swiGlu(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out) {
        lanes.run(gate.rows(), (lane, from, to) -> SwiGlu.forward(gate, up, out, from, to));
    }

    @Override
    public void swiGluGradient(
            Matrix<float[]> gate,
            Matrix<float[]> up,
            Matrix<float[]> dOut,
            Matrix<float[]> dGate,
            Matrix<float[]> dUp) {
        lanes.run(gate.rows(), (lane, from, to) -> SwiGlu.backward(gate, up, dOut, dGate, dUp, from, to));
    }

    @Override
    public void crossEntropy(Matrix<float[]> logits, int[] targets, float gradientScale, double[] losses) {
        lanes.run(logits.rows(), (lane, from, to) -> {
            LaneSum sum = new LaneSum();
            for (int r = from; r < to; r++) {
                losses[r] = rowLoss(logits.row(r), targets[r], gradientScale, sum);
            }
        });
    }

    private static double rowLoss(Matrix<float[]> row, int target, float gradientScale, LaneSum lanes) {
        float[] z = row.data();
        int at = (int) row.offset();
        int count = row.columns();
        double chosen = z[at + target];
        double max = Exponential.max(z, at, count);
        double sum = Exponential.ofRow(z, at, count, lanes);
        float factor = (float) (gradientScale / sum);
        for (int i = at; i < at + count; i++) {
            z[i] *= factor;
        }
        z[at + target] -= gradientScale;
        return StrictMath.log(sum) + max - chosen;
    }

    @Override
    public double squaredNorm(Matrix<float[]> x) {
        int at = (int) x.offset();
        return new LaneSum().ofProducts(x.data(), at, x.data(), at, Math.toIntExact(x.length()));
    }

    @Override
    public void adamW(
            AdamStep step,
            Matrix<float[]> parameters,
            Matrix<float[]> gradient,
            Matrix<float[]> first,
            Matrix<float[]> second) {
        float rate = step.learningRate() / step.correction1();
        float keep1 = 1 - step.beta1();
        float keep2 = 1 - step.beta2();
        int p = (int) parameters.offset();
        int g = (int) gradient.offset();
        int m = (int) first.offset();
        int v = (int) second.offset();
        for (int end = end(parameters); p < end; p++, g++, m++, v++) {
            float scaled = gradient.data()[g] * step.gradientScale();
            first.data()[m] = step.beta1() * first.data()[m] + keep1 * scaled;
            second.data()[v] = step.beta2() * second.data()[v] + keep2 * scaled * scaled;
            float root = (float) Math.sqrt(second.data()[v] / step.correction2()) + step.epsilon();
            parameters.data()[p] = step.decay() * parameters.data()[p] - rate * first.data()[m] / root;
        }
    }

    @Override
    public void close() {
        lanes.close();
    }
}

package covey.compute.cpu;

import covey.compute.ops.AdamStep;
import covey.compute.ops.Attention;
import covey.compute.ops.Ops;
import covey.compute.reference.LaneSum;
import covey.compute.reference.Strided;
import covey.compute.tensor.Matrix;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernels over Java arrays with vector instructions and several threads. Results have the bits of {@link
 * covey.compute.reference.ReferenceOps}. Buffers are limited to 2^31 values.
 */
final class VectorOps implements Ops<float[]> {
    /** Values that a thread takes at a time in passes over memory. */
    private static final int CHUNK = 4 * LaneSum.BLOCK;

    private static final int COLUMNS = 128;
    private static final int TILES = 12;
    private static final int PANEL_VALUES = 1 << 20;

    private final Crew crew;
    private final Product[] products;
    private final Norm[] norms;
    private final LaneSums[] sums;
    private final PackedRight right;
    private HeadAttention @Nullable [] heads;
    private float[] partial = {};

    /** @param threads at least 1 */
    VectorOps(int threads) {
        crew = new Crew(threads);
        products = fill(new Product[threads], Product::new);
        norms = fill(new Norm[threads], Norm::new);
        sums = fill(new LaneSums[threads], LaneSums::new);
        right = new PackedRight(products[0].columns());
    }

    Crew crew() {
        return crew;
    }

    private static <T> T[] fill(T[] all, Supplier<T> one) {
        Arrays.setAll(all, i -> one.get());
        return all;
    }

    @Override
    public float[] allocate(long length) {
        return new float[Math.toIntExact(length)];
    }

    @Override
    public void write(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    public void read(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    @Override
    public void clear(float[] buffer) {
        Arrays.fill(buffer, 0f);
    }

    private interface Range {
        void run(int from, int to);
    }

    /** Cuts a pass over {@code length} values. */
    private void chunks(long length, Range range) {
        int end = Math.toIntExact(length);
        crew.run((end + CHUNK - 1) / CHUNK, (lane, item) -> range.run(item * CHUNK, Math.min(end, (item + 1) * CHUNK)));
    }

    @Override
    public void add(Matrix<float[]> from, Matrix<float[]> into) {
        int at = (int) from.offset();
        int intoAt = (int) into.offset();
        chunks(into.length(), (i, end) -> Elements.add(from.data(), at + i, into.data(), intoAt + i, end - i));
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

    /** In stripes of columns whose packed right side fits a cache. */
    private void multiply(Strided a, Strided b, Strided c, boolean accumulate) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("product: [" + a.rows() + ", " + a.columns() + "] · [" + b.rows() + ", "
                    + b.columns() + "] = [" + c.rows() + ", " + c.columns() + "] (expected: shapes that fit)");
        }
        int panel = products[0].columns();
        int stripe = Math.max(1, PANEL_VALUES / (panel * b.rows())) * panel;
        for (int column = 0; column < b.columns(); column += stripe) {
            int end = Math.min(b.columns(), column + stripe);
            right.of(b.columns(column, end));
            crew.run(right.panels(end - column), (lane, item) -> right.pack(item));
            rows(a, c.columns(column, end), accumulate);
        }
    }

    private void rows(Strided a, Strided c, boolean accumulate) {
        int tile = products[0].rows();
        int tiles = (c.rows() + tile - 1) / tile;
        int step = tile * Math.clamp(tiles / (4L * crew.count()), 1, TILES);
        crew.run((c.rows() + step - 1) / step, (lane, item) -> {
            int from = item * step;
            int to = Math.min(c.rows(), from + step);
            products[lane].multiply(a.rows(from, to), right, c.rows(from, to), accumulate);
        });
    }

    @Override
    public void embed(int[] tokens, Matrix<float[]> table, Matrix<float[]> out) {
        int width = table.columns();
        for (int i = 0; i < out.rows(); i++) {
            System.arraycopy(table.data(), at(table, tokens[i]), out.data(), at(out, i), width);
        }
    }

    private static int at(Matrix<float[]> m, int row) {
        return Math.toIntExact(m.offset() + (long) row * m.columns());
    }

    @Override
    public void embedGradient(int[] tokens, Matrix<float[]> dOut, Matrix<float[]> dTable) {
        for (int i = 0; i < dOut.rows(); i++) {
            Elements.add(dOut.data(), at(dOut, i), dTable.data(), at(dTable, tokens[i]), dOut.columns());
        }
    }

    @Override
    public void rmsNorm(
            Matrix<float[]> x, Matrix<float[]> gain, float epsilon, Matrix<float[]> y, Matrix<float[]> inverse) {
        rows(
                x,
                (lane, r) -> inverse.data()[at(inverse, r)] =
                        norms[lane].forward(x.data(), at(x, r), gain, epsilon, y.data(), at(y, r)));
    }

    /** Cuts a pass over rows into chunks of about as many values as other passes. */
    private void rows(Matrix<float[]> x, Crew.Body row) {
        int step = Math.max(1, CHUNK / x.columns());
        crew.run((x.rows() + step - 1) / step, (lane, item) -> {
            int end = Math.min(x.rows(), (item + 1) * step);
            for (int r = item * step; r < end; r++) {
                row.run(lane, r);
            }
        });
    }

    @Override
    public void rmsNormGradient(
            Matrix<float[]> x,
            Matrix<float[]> gain,
            Matrix<float[]> inverse,
            Matrix<float[]> dy,
            Matrix<float[]> dx,
            Matrix<float[]> dGain) {
        int columns = x.columns();
        crew.run(
                (columns + COLUMNS - 1) / COLUMNS,
                (lane, item) -> Norm.gainGradient(
                        x, inverse, dy, dGain, item * COLUMNS, Math.min(columns, (item + 1) * COLUMNS)));
        rows(
                x,
                (lane, r) -> norms[lane].backward(
                        Norm.Row.of(x, r),
                        gain,
                        inverse.data()[at(inverse, r)],
                        Norm.Row.of(dy, r),
                        Norm.Row.of(dx, r)));
    }

    @Override
    public void rotate(Matrix<float[]> x, Matrix<float[]> table, int sequence, boolean back) {
        int half = table.columns() / 2;
        float sign = back ? -1f : 1f;
        rows(x, (lane, r) -> {
            int turn = at(table, r % sequence);
            int end = at(x, r) + x.columns();
            for (int at = at(x, r); at < end; at += 2 * half) {
                Rotary.head(x.data(), at, table.data(), turn, half, sign);
            }
        });
    }

    @Override
    public void attention(Attention<float[]> tensors) {
        HeadAttention[] kept = heads(tensors.shape());
        crew.run(HeadAttention.units(tensors), (lane, unit) -> kept[lane].forward(tensors, unit));
    }

    @Override
    public void attentionGradient(Attention<float[]> tensors, Attention<float[]> gradient) {
        HeadAttention[] kept = heads(tensors.shape());
        crew.run(HeadAttention.units(tensors), (lane, unit) -> kept[lane].backward(tensors, gradient, unit));
    }

    private HeadAttention[] heads(Attention.Shape shape) {
        HeadAttention[] kept = heads;
        if (kept == null || !kept[0].shape().equals(shape)) {
            kept = new HeadAttention[crew.count()];
            Arrays.setAll(kept, lane -> new HeadAttention(shape, products[lane]));
            heads = kept;
        }
        return kept;
    }

    @Override
    public void swiGlu(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out) {
        chunks(gate.length(), gated(gate, up, out)::run);
    }

    private static Gate.Forward gated(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out) {
        return new Gate.Forward(gate.data(), at(gate, 0), up.data(), at(up, 0), out.data(), at(out, 0));
    }

    @Override
    public void swiGluGradient(
            Matrix<float[]> gate,
            Matrix<float[]> up,
            Matrix<float[]> dOut,
            Matrix<float[]> dGate,
            Matrix<float[]> dUp) {
        Gate.Forward forward = gated(gate, up, dOut);
        chunks(gate.length(), new Gate.Backward(forward, dGate.data(), at(dGate, 0), dUp.data(), at(dUp, 0))::run);
    }

    @Override
    public void crossEntropy(Matrix<float[]> logits, int[] targets, float gradientScale, double[] losses) {
        rows(logits, (lane, r) -> losses[r] = rowLoss(logits, r, targets[r], gradientScale, sums[lane]));
    }

    private static double rowLoss(Matrix<float[]> logits, int row, int target, float gradientScale, LaneSums sums) {
        float[] z = logits.data();
        int at = at(logits, row);
        int count = logits.columns();
        double chosen = z[at + target];
        float max = Softmax.max(z, at, count);
        double sum = Softmax.ofRow(z, at, count, max, sums);
        Elements.scale(z, at, count, (float) (gradientScale / sum));
        z[at + target] -= gradientScale;
        return StrictMath.log(sum) + max - chosen;
    }

    @Override
    public double squaredNorm(Matrix<float[]> x) {
        int count = Math.toIntExact(x.length());
        int at = at(x, 0);
        int blocks = (count + LaneSum.BLOCK - 1) / LaneSum.BLOCK;
        if (partial.length < blocks) {
            partial = new float[blocks];
        }
        crew.run(blocks, (lane, item) -> {
            int from = item * LaneSum.BLOCK;
            int length = Math.min(LaneSum.BLOCK, count - from);
            partial[item] = sums[lane].block(x.data(), at + from, x.data(), at + from, length);
        });
        double sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += partial[i];
        }
        return sum;
    }

    @Override
    public void adamW(
            AdamStep step,
            Matrix<float[]> parameters,
            Matrix<float[]> gradient,
            Matrix<float[]> first,
            Matrix<float[]> second) {
        chunks(parameters.length(), new Optimizer(step, parameters, gradient, first, second)::run);
    }

    @Override
    public void close() {
        crew.close();
    }
}

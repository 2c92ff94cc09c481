package covey.compute.cpu;

import covey.compute.ops.AdamStep;
import covey.compute.ops.ArrayOps;
import covey.compute.ops.Attention;
import covey.compute.reference.LaneSum;
import covey.compute.reference.RowAttention;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.View;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernels over Java arrays with vector instructions and several threads. Results have the bits of {@link
 * covey.compute.reference.ReferenceOps}. Buffers are limited to 2^31 values. Once buffers have grown to a model's size
 * nothing is allocated: what a kernel works on is kept in fields that its threads read.
 */
final class VectorOps implements ArrayOps {
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
    private final RowAttention rowAttention = new RowAttention();
    private float[] partial = {};

    // What the kernel that runs works on.
    private static final Matrix<float[]> NONE = new Matrix<>(new float[0], 0, 0, 0);
    private Matrix<float[]> x = NONE;
    private Matrix<float[]> y = NONE;
    private Matrix<float[]> gain = NONE;
    private Matrix<float[]> inverse = NONE;
    private Matrix<float[]> dy = NONE;
    private Matrix<float[]> dx = NONE;
    private float factor;
    private int period;
    private int[] targets = {};
    private double[] losses = {};
    private @Nullable Attention<float[]> tensors;
    private @Nullable Attention<float[]> gradients;
    private final Gate.Backward gateBackward = new Gate.Backward();
    private final Optimizer optimizer = new Optimizer();

    // Of a product: its sides, a stripe of columns, and rows of each thread.
    private final View a = new View();
    private final View b = new View();
    private final View c = new View();
    private final View stripe = new View();
    private final View target = new View();
    private final View[] leftRows;
    private final View[] targetRows;
    private boolean add;
    private int step;

    // Of a pass: its length, and what is done with each part.
    private int length;
    private Range part = (from, to) -> {};
    private Crew.Body row = (lane, r) -> {};

    private final Crew.Body chunkItem = this::chunk;
    private final Crew.Body rowsItem = this::rowsOf;
    private final Crew.Body packItem = this::packPanel;
    private final Crew.Body productItem = this::productRows;
    private final Crew.Body gainItem = this::gainColumns;
    private final Crew.Body attentionItem = this::attend;
    private final Crew.Body attentionGradientItem = this::attendGradient;
    private final Crew.Body normItem = this::sumBlock;
    private final Crew.Body normRow = this::norm;
    private final Crew.Body normGradientRow = this::normGradient;
    private final Crew.Body rotateRow = this::turn;
    private final Crew.Body lossRow = this::loss;
    private final Range addPart = this::addPart;
    private final Range gatePart = this::gatePart;
    private final Range gateGradientPart = gateBackward::run;
    private final Range adamPart = optimizer::run;

    /** @param threads at least 1 */
    VectorOps(int threads) {
        crew = new Crew(threads);
        products = fill(new Product[threads], Product::new);
        norms = fill(new Norm[threads], Norm::new);
        sums = fill(new LaneSums[threads], LaneSums::new);
        right = new PackedRight(products[0].columns());
        leftRows = fill(new View[threads], View::new);
        targetRows = fill(new View[threads], View::new);
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

    private interface Range {
        void run(int from, int to);
    }

    /** Cuts a pass over {@code count} values. */
    private void chunks(long count, Range what) {
        length = Math.toIntExact(count);
        part = what;
        crew.run((length + CHUNK - 1) / CHUNK, chunkItem);
    }

    private void chunk(int lane, int item) {
        part.run(item * CHUNK, Math.min(length, (item + 1) * CHUNK));
    }

    @Override
    public void add(Matrix<float[]> from, Matrix<float[]> into) {
        x = from;
        y = into;
        chunks(into.length(), addPart);
    }

    private void addPart(int from, int to) {
        Elements.add(x.data(), (int) x.offset() + from, y.data(), (int) y.offset() + from, to - from);
    }

    @Override
    public void linear(Matrix<float[]> in, Matrix<float[]> parameters, Matrix<float[]> out) {
        a.of(in);
        b.of(parameters).transpose();
        c.of(out);
        multiply(false);
    }

    @Override
    public void linearInputGradient(
            Matrix<float[]> dOut, Matrix<float[]> parameters, Matrix<float[]> dIn, boolean accumulate) {
        a.of(dOut);
        b.of(parameters);
        c.of(dIn);
        multiply(accumulate);
    }

    @Override
    public void linearParameterGradient(Matrix<float[]> dOut, Matrix<float[]> in, Matrix<float[]> dParameters) {
        a.of(dOut).transpose();
        b.of(in);
        c.of(dParameters);
        multiply(true);
    }

    /** c = a · b, or c += that, in stripes of columns whose packed right side fits a cache. */
    private void multiply(boolean accumulate) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("product: [" + a.rows() + ", " + a.columns() + "] · [" + b.rows() + ", "
                    + b.columns() + "] = [" + c.rows() + ", " + c.columns() + "] (expected: shapes that fit)");
        }
        add = accumulate;
        int tile = products[0].rows();
        int tiles = (c.rows() + tile - 1) / tile;
        step = tile * Math.clamp(tiles / (4L * crew.count()), 1, TILES);
        int panel = products[0].columns();
        int width = Math.max(1, PANEL_VALUES / (panel * b.rows())) * panel;
        for (int column = 0; column < b.columns(); column += width) {
            int end = Math.min(b.columns(), column + width);
            right.of(stripe.of(b).cutColumns(column, end));
            crew.run(right.panels(end - column), packItem);
            target.of(c).cutColumns(column, end);
            crew.run((c.rows() + step - 1) / step, productItem);
        }
    }

    private void packPanel(int lane, int panel) {
        right.pack(panel);
    }

    private void productRows(int lane, int item) {
        int from = item * step;
        int to = Math.min(target.rows(), from + step);
        leftRows[lane].of(a).cutRows(from, to);
        products[lane].multiply(
                leftRows[lane], right, targetRows[lane].of(target).cutRows(from, to), add);
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
            Matrix<float[]> in, Matrix<float[]> gains, float epsilon, Matrix<float[]> out, Matrix<float[]> factors) {
        x = in;
        gain = gains;
        factor = epsilon;
        y = out;
        inverse = factors;
        rows(in, normRow);
    }

    private void norm(int lane, int r) {
        inverse.data()[at(inverse, r)] = norms[lane].forward(x.data(), at(x, r), gain, factor, y.data(), at(y, r));
    }

    /** Cuts a pass over rows into chunks of about as many values as other passes. */
    private void rows(Matrix<float[]> of, Crew.Body what) {
        length = of.rows();
        step = Math.max(1, CHUNK / of.columns());
        row = what;
        crew.run((length + step - 1) / step, rowsItem);
    }

    private void rowsOf(int lane, int item) {
        int end = Math.min(length, (item + 1) * step);
        for (int r = item * step; r < end; r++) {
            row.run(lane, r);
        }
    }

    @Override
    public void rmsNormGradient(
            Matrix<float[]> in,
            Matrix<float[]> gains,
            Matrix<float[]> factors,
            Matrix<float[]> dOut,
            Matrix<float[]> dIn,
            Matrix<float[]> dGain) {
        x = in;
        gain = gains;
        inverse = factors;
        dy = dOut;
        dx = dIn;
        y = dGain;
        crew.run((in.columns() + COLUMNS - 1) / COLUMNS, gainItem);
        rows(in, normGradientRow);
    }

    private void gainColumns(int lane, int item) {
        Norm.gainGradient(x, inverse, dy, y, item * COLUMNS, Math.min(x.columns(), (item + 1) * COLUMNS));
    }

    private void normGradient(int lane, int r) {
        norms[lane].backward(x, gain, inverse.data()[at(inverse, r)], dy, dx, r);
    }

    @Override
    public void rotate(Matrix<float[]> in, Matrix<float[]> table, int sequence, boolean back) {
        x = in;
        y = table;
        period = sequence;
        factor = back ? -1f : 1f;
        rows(in, rotateRow);
    }

    private void turn(int lane, int r) {
        int half = y.columns() / 2;
        int angle = at(y, r % period);
        int end = at(x, r) + x.columns();
        for (int at = at(x, r); at < end; at += 2 * half) {
            Rotary.head(x.data(), at, y.data(), angle, half, factor);
        }
    }

    @Override
    public void attention(Attention<float[]> of) {
        heads(of.shape());
        tensors = of;
        crew.run(HeadAttention.units(of), attentionItem);
    }

    private void attend(int lane, int unit) {
        Objects.requireNonNull(heads)[lane].forward(Objects.requireNonNull(tensors), unit);
    }

    @Override
    public void attentionRow(Attention<float[]> of, int at) {
        rowAttention.run(of, at);
    }

    @Override
    public void attentionGradient(Attention<float[]> of, Attention<float[]> gradient) {
        heads(of.shape());
        tensors = of;
        gradients = gradient;
        crew.run(HeadAttention.units(of), attentionGradientItem);
    }

    private void attendGradient(int lane, int unit) {
        HeadAttention kept = Objects.requireNonNull(heads)[lane];
        kept.backward(Objects.requireNonNull(tensors), Objects.requireNonNull(gradients), unit);
    }

    private void heads(Attention.Shape shape) {
        if (heads == null || !heads[0].shape().equals(shape)) {
            HeadAttention[] made = new HeadAttention[crew.count()];
            Arrays.setAll(made, lane -> new HeadAttention(shape, products[lane]));
            heads = made;
        }
    }

    @Override
    public void swiGlu(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out) {
        x = gate;
        gain = up;
        y = out;
        chunks(gate.length(), gatePart);
    }

    private void gatePart(int from, int to) {
        Gate.forward(x, gain, y, from, to);
    }

    @Override
    public void swiGluGradient(
            Matrix<float[]> gate,
            Matrix<float[]> up,
            Matrix<float[]> dOut,
            Matrix<float[]> dGate,
            Matrix<float[]> dUp) {
        gateBackward.gate = gate;
        gateBackward.up = up;
        gateBackward.dOut = dOut;
        gateBackward.dGate = dGate;
        gateBackward.dUp = dUp;
        chunks(gate.length(), gateGradientPart);
    }

    @Override
    public void crossEntropy(Matrix<float[]> logits, int[] wanted, float gradientScale, double[] into) {
        x = logits;
        targets = wanted;
        factor = gradientScale;
        losses = into;
        rows(logits, lossRow);
    }

    private void loss(int lane, int r) {
        losses[r] = rowLoss(x, r, targets[r], factor, sums[lane]);
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
    public double squaredNorm(Matrix<float[]> of) {
        x = of;
        length = Math.toIntExact(of.length());
        int blocks = (length + LaneSum.BLOCK - 1) / LaneSum.BLOCK;
        if (partial.length < blocks) {
            partial = new float[blocks];
        }
        crew.run(blocks, normItem);
        double sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += partial[i];
        }
        return sum;
    }

    private void sumBlock(int lane, int block) {
        int from = block * LaneSum.BLOCK;
        int at = at(x, 0) + from;
        partial[block] = sums[lane].block(x.data(), at, x.data(), at, Math.min(LaneSum.BLOCK, length - from));
    }

    @Override
    public void adamW(
            AdamStep factors,
            Matrix<float[]> parameters,
            Matrix<float[]> gradient,
            Matrix<float[]> first,
            Matrix<float[]> second) {
        optimizer.step = factors;
        optimizer.parameters = parameters;
        optimizer.gradient = gradient;
        optimizer.first = first;
        optimizer.second = second;
        chunks(parameters.length(), adamPart);
    }

    @Override
    public void close() {
        crew.close();
    }
}

package covey.compute.cuda;

import covey.compute.ops.AdamStep;
import covey.compute.ops.Attention;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernels on a device, over values in single precision; with products in single precision, too, they have the bits
 * of {@link covey.compute.reference.ReferenceOps}. Used by the device's thread.
 */
public final class CudaOps implements Ops<DeviceFloats> {
    private static final int THREADS = 256;
    /** Threads of a block that does a row. */
    private static final int ROW_THREADS = 128;

    private static final int PRODUCT_TILE = 64;
    /** Bytes on their way to a device, of memory that it cannot copy from by itself. */
    private static final long STAGING_BYTES = 64L << 20;

    private static final int HALF_PRODUCT_THREADS = 128;
    /** Values in bf16 after which a factor may start. */
    private static final int HALF_ALIGNMENT = 128;

    private static final int SUM_BLOCK = 4096;
    private static final int SUM_LANES = 16;
    /** Bytes of a row's sum, maximum and chosen logit. */
    private static final int ROW_LOSS_BYTES = 16;
    /** Sums of a row go over at most 256 blocks. */
    private static final int COLUMNS_MAX = 256 * SUM_BLOCK;

    private final Device device;
    private final DeviceScratch scratch;
    private final DeviceScratch halves;
    private final Products products;

    /** How factors of products are rounded; sums and results are in single precision always. */
    public enum Products {
        FP32,
        /** On tensor cores. */
        BF16
    }

    /** Products in single precision. */
    public CudaOps(Device device) {
        this(device, Products.FP32);
    }

    /** @param device closed with this */
    public CudaOps(Device device, Products products) {
        this.device = device;
        this.products = products;
        scratch = new DeviceScratch(device);
        halves = new DeviceScratch(device);
    }

    @Override
    public DeviceFloats allocate(long length) {
        DeviceFloats buffer = new DeviceFloats(device.allocate(Float.BYTES * length), length);
        clear(buffer);
        return buffer;
    }

    @Override
    public void write(float[] from, DeviceFloats to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(Float.BYTES * to.length(), Float.BYTES);
            MemorySegment.copy(from, 0, staging, ValueLayout.JAVA_FLOAT, 0, Math.toIntExact(to.length()));
            device.write(staging, to.address());
        }
    }

    @Override
    public void read(DeviceFloats from, float[] to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(Float.BYTES * from.length(), Float.BYTES);
            device.read(from.address(), staging);
            MemorySegment.copy(staging, ValueLayout.JAVA_FLOAT, 0, to, 0, Math.toIntExact(from.length()));
        }
    }

    @Override
    public void write(MemorySegment from, DeviceFloats to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(Math.min(STAGING_BYTES, from.byteSize()), Float.BYTES);
            for (long at = 0; at < from.byteSize(); at += STAGING_BYTES) {
                long bytes = Math.min(STAGING_BYTES, from.byteSize() - at);
                MemorySegment piece = staging.asSlice(0, bytes).copyFrom(from.asSlice(at, bytes));
                device.write(piece, to.address() + at);
            }
        }
    }

    /** Devices have the canonical order of bytes. */
    @Override
    public void read(DeviceFloats from, MemorySegment to) {
        device.read(from.address(), to);
    }

    @Override
    public float[] values(Matrix<DeviceFloats> from) {
        float[] values = new float[Math.toIntExact(from.length())];
        read(new DeviceFloats(from.data().address() + Float.BYTES * from.offset(), from.length()), values);
        return values;
    }

    @Override
    public void copy(DeviceFloats from, DeviceFloats to) {
        device.copy(from.address(), to.address(), Float.BYTES * from.length());
    }

    @Override
    public void difference(DeviceFloats from, DeviceFloats into) {
        each(
                "difference",
                into.length(),
                new Arguments().add(from.address()).add(into.address()).add(into.length()));
    }

    @Override
    public void clear(DeviceFloats buffer) {
        device.clear(buffer.address(), Float.BYTES * buffer.length());
    }

    @Override
    public void add(Matrix<DeviceFloats> from, Matrix<DeviceFloats> into) {
        each("add", into.length(), new Arguments().add(from).add(into).add(into.length()));
    }

    /** A thread a value. */
    private void each(String kernel, long count, Arguments arguments) {
        launch("elements", kernel, blocks(count), 1, THREADS, arguments);
    }

    private static int blocks(long threads) {
        return Math.toIntExact((threads + THREADS - 1) / THREADS);
    }

    private void launch(String module, String kernel, int x, int y, int threads, Arguments arguments) {
        device.launch(new KernelCall(module, kernel, x, y, threads, arguments.toArray()));
    }

    @Override
    public void linear(Matrix<DeviceFloats> x, Matrix<DeviceFloats> parameters, Matrix<DeviceFloats> y) {
        multiply(new Factor(x, false), new Factor(parameters, true), y, false);
    }

    @Override
    public void linearInputGradient(
            Matrix<DeviceFloats> dy, Matrix<DeviceFloats> parameters, Matrix<DeviceFloats> dx, boolean accumulate) {
        multiply(new Factor(dy, false), new Factor(parameters, false), dx, accumulate);
    }

    @Override
    public void linearParameterGradient(
            Matrix<DeviceFloats> dy, Matrix<DeviceFloats> x, Matrix<DeviceFloats> dParameters) {
        multiply(new Factor(dy, true), new Factor(x, false), dParameters, true);
    }

    private record Factor(Matrix<DeviceFloats> matrix, boolean transposed) {
        int rows() {
            return transposed ? matrix.columns() : matrix.rows();
        }

        int columns() {
            return transposed ? matrix.rows() : matrix.columns();
        }

        Arguments addTo(Arguments arguments) {
            long across = matrix.columns();
            return arguments.add(matrix).add(transposed ? 1 : across).add(transposed ? across : 1);
        }
    }

    private void multiply(Factor a, Factor b, Matrix<DeviceFloats> c, boolean accumulate) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("product: [" + a.rows() + ", " + a.columns() + "] · [" + b.rows() + ", "
                    + b.columns() + "] = [" + c.rows() + ", " + c.columns() + "] (expected: shapes that fit)");
        }
        switch (products) {
            case FP32 -> multiplySingle(a, b, c, accumulate);
            case BF16 -> multiplyHalf(a, b, c, accumulate);
        }
    }

    private void multiplySingle(Factor a, Factor b, Matrix<DeviceFloats> c, boolean accumulate) {
        Arguments arguments = b.addTo(a.addTo(new Arguments()))
                .add(c)
                .add(c.rows())
                .add(c.columns())
                .add(a.columns())
                .add(accumulate ? 1 : 0);
        launch("product", "product", tiles(c.columns()), tiles(c.rows()), THREADS, arguments);
    }

    private void multiplyHalf(Factor a, Factor b, Matrix<DeviceFloats> c, boolean accumulate) {
        long left =
                halves.results(Short.BYTES * (a.matrix().length() + b.matrix().length() + HALF_ALIGNMENT));
        long right = left + Short.BYTES * (a.matrix().length() / HALF_ALIGNMENT + 1) * HALF_ALIGNMENT;
        toHalf(a.matrix(), left);
        toHalf(b.matrix(), right);
        Arguments arguments = new Arguments().add(left).add(right).add(c);
        arguments.add(c.rows()).add(c.columns()).add(a.columns());
        arguments.add(a.transposed() ? 1 : 0).add(b.transposed() ? 1 : 0).add(accumulate ? 1 : 0);
        launch(
                "product_bf16",
                "product_bf16_to_float",
                tiles(c.columns()),
                tiles(c.rows()),
                HALF_PRODUCT_THREADS,
                arguments);
    }

    private void toHalf(Matrix<DeviceFloats> from, long to) {
        each("to_bf16", from.length(), new Arguments().add(from).add(to).add(from.length()));
    }

    private static int tiles(int length) {
        return (length + PRODUCT_TILE - 1) / PRODUCT_TILE;
    }

    @Override
    public void embed(int[] tokens, Matrix<DeviceFloats> table, Matrix<DeviceFloats> out) {
        Arguments arguments =
                new Arguments().add(scratch.write(tokens)).add(table).add(out).add(table.columns());
        launch("elements", "embed", out.rows(), 1, ROW_THREADS, arguments);
    }

    @Override
    public void embedGradient(int[] tokens, Matrix<DeviceFloats> dOut, Matrix<DeviceFloats> dTable) {
        TokenRows sorted = TokenRows.of(tokens, dOut.rows());
        long address = scratch.write(sorted.packed());
        Arguments arguments = new Arguments()
                .add(address)
                .add(address + (long) Integer.BYTES * sorted.startsAt())
                .add(address + (long) Integer.BYTES * sorted.rowsAt())
                .add(dOut)
                .add(dTable)
                .add(dTable.columns());
        launch("elements", "embed_gradient", sorted.distinct(), 1, ROW_THREADS, arguments);
    }

    @Override
    public void rmsNorm(
            Matrix<DeviceFloats> x,
            Matrix<DeviceFloats> gain,
            float epsilon,
            Matrix<DeviceFloats> y,
            Matrix<DeviceFloats> inverse) {
        Arguments arguments = new Arguments().add(x).add(gain).add(epsilon).add(y);
        eachRow("norm", "rms_norm", x, arguments.add(inverse).add(x.columns()));
    }

    /** A block a row. */
    private void eachRow(String module, String kernel, Matrix<DeviceFloats> x, Arguments arguments) {
        if (x.columns() > COLUMNS_MAX) {
            throw new IllegalArgumentException("columns: " + x.columns() + " (expected: at most " + COLUMNS_MAX + ")");
        }
        launch(module, kernel, x.rows(), 1, ROW_THREADS, arguments);
    }

    @Override
    public void rmsNormGradient(
            Matrix<DeviceFloats> x,
            Matrix<DeviceFloats> gain,
            Matrix<DeviceFloats> inverse,
            Matrix<DeviceFloats> dy,
            Matrix<DeviceFloats> dx,
            Matrix<DeviceFloats> dGain) {
        Arguments columns = new Arguments().add(x).add(inverse).add(dy).add(dGain);
        columns.add(x.rows()).add(x.columns());
        launch("norm", "gain_gradient", blocks(x.columns()), 1, THREADS, columns);
        Arguments rows = new Arguments().add(x).add(gain).add(inverse).add(dy).add(dx);
        eachRow("norm", "rms_norm_gradient", x, rows.add(x.columns()));
    }

    @Override
    public void rotate(Matrix<DeviceFloats> x, Matrix<DeviceFloats> table, int sequence, boolean back) {
        Arguments arguments = new Arguments().add(x).add(table).add(x.columns()).add(table.columns() / 2);
        launch(
                "elements",
                "rotate",
                x.rows(),
                1,
                ROW_THREADS,
                arguments.add(sequence).add(back ? -1f : 1f));
    }

    @Override
    public void attention(Attention<DeviceFloats> t) {
        Arguments arguments = new Arguments()
                .add(t.query())
                .add(t.key())
                .add(t.value())
                .add(t.probabilities())
                .add(t.out())
                .add(t.shape().scale());
        launch("attention", "attention", t.query().rows(), t.shape().heads(), ROW_THREADS, addTo(arguments, t.shape()));
    }

    private static Arguments addTo(Arguments arguments, Attention.Shape shape) {
        return arguments
                .add(shape.sequence())
                .add(shape.heads())
                .add(shape.kvHeads())
                .add(shape.headSize());
    }

    @Override
    public void attentionGradient(Attention<DeviceFloats> t, Attention<DeviceFloats> gradient) {
        Attention.Shape shape = t.shape();
        int tokens = t.query().rows();
        Arguments query = new Arguments().add(t.key()).add(t.value()).add(t.probabilities());
        query.add(gradient.out())
                .add(gradient.probabilities())
                .add(gradient.query())
                .add(shape.scale());
        launch("attention", "attention_query_gradient", tokens, shape.heads(), ROW_THREADS, addTo(query, shape));
        Arguments key = new Arguments().add(t.query()).add(t.probabilities());
        key.add(gradient.out())
                .add(gradient.probabilities())
                .add(gradient.key())
                .add(gradient.value());
        launch("attention", "attention_key_gradient", tokens, shape.kvHeads(), ROW_THREADS, addTo(key, shape));
    }

    @Override
    public void swiGlu(Matrix<DeviceFloats> gate, Matrix<DeviceFloats> up, Matrix<DeviceFloats> out) {
        each("swiglu", gate.length(), new Arguments().add(gate).add(up).add(out).add(gate.length()));
    }

    @Override
    public void swiGluGradient(
            Matrix<DeviceFloats> gate,
            Matrix<DeviceFloats> up,
            Matrix<DeviceFloats> dOut,
            Matrix<DeviceFloats> dGate,
            Matrix<DeviceFloats> dUp) {
        Arguments arguments =
                new Arguments().add(gate).add(up).add(dOut).add(dGate).add(dUp);
        each("swiglu_gradient", gate.length(), arguments.add(gate.length()));
    }

    @Override
    public void crossEntropy(Matrix<DeviceFloats> logits, int[] targets, float gradientScale, double[] losses) {
        int rows = logits.rows();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parts = arena.allocate((long) ROW_LOSS_BYTES * rows, Double.BYTES);
            long at = scratch.results(parts.byteSize());
            Arguments arguments = new Arguments().add(logits).add(scratch.write(targets));
            arguments.add(gradientScale).add(at).add(logits.columns());
            eachRow("loss", "cross_entropy", logits, arguments);
            device.read(at, parts);
            for (int r = 0; r < rows; r++) {
                losses[r] = loss(parts.asSlice((long) ROW_LOSS_BYTES * r));
            }
        }
    }

    /** Of a row's sum of exponentials, its largest logit, and the target's. */
    private static double loss(MemorySegment row) {
        double largest = row.get(ValueLayout.JAVA_FLOAT, Double.BYTES);
        double chosen = row.get(ValueLayout.JAVA_FLOAT, Double.BYTES + Float.BYTES);
        return StrictMath.log(row.get(ValueLayout.JAVA_DOUBLE, 0)) + largest - chosen;
    }

    @Override
    public double squaredNorm(Matrix<DeviceFloats> x) {
        long blocks = (x.length() + SUM_BLOCK - 1) / SUM_BLOCK;
        long total = scratch.results(Double.BYTES + Float.BYTES * blocks);
        long sums = total + Double.BYTES;
        Arguments each = new Arguments().add(x).add(sums).add(x.length());
        launch("norm", "square_sums", blocks(blocks * SUM_LANES), 1, THREADS, each);
        launch(
                "norm",
                "sum_in_order",
                1,
                1,
                1,
                new Arguments().add(sums).add(total).add(blocks));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(Double.BYTES, Double.BYTES);
            device.read(total, result);
            return result.get(ValueLayout.JAVA_DOUBLE, 0);
        }
    }

    @Override
    public void adamW(
            AdamStep step,
            Matrix<DeviceFloats> parameters,
            Matrix<DeviceFloats> gradient,
            Matrix<DeviceFloats> first,
            Matrix<DeviceFloats> second) {
        long noShadow = 0;
        Arguments arguments =
                new Arguments().add(parameters).add(gradient).add(first).add(second);
        arguments.add(noShadow).add(parameters.length()).add(step.learningRate() / step.correction1());
        arguments.add(step.decay()).add(step.beta1()).add(step.beta2()).add(step.epsilon());
        each("adamw", parameters.length(), arguments.add(step.correction2()).add(step.gradientScale()));
    }

    @Override
    public void close() {
        device.close();
    }
}

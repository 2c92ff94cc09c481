package covey.compute.engine;

import covey.compute.model.Decoder;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import covey.protocol.port.TokenSource;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The engine over one backend, whose buffers hold θ, moments and error feedback. They leave it where somebody asks for
 * θ, a checkpoint or a contribution, and nowhere else. Before {@link #initialize}, {@link #load} or {@link #restore}, θ
 * is zero.
 *
 * @param <B> the backend's buffer
 */
public abstract sealed class ModelEngine<B> implements Engine permits CpuEngine, CudaEngine {
    private static final String THETA = "theta";
    private static final String FIRST_MOMENT = "first-moment";
    private static final String SECOND_MOMENT = "second-moment";
    private static final String ERROR_FEEDBACK = "error-feedback";
    private static final String COUNTERS = "counters";
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Genesis genesis;
    private final ModelShape shape;
    private final Crypto crypto;
    private final TokenSource heldOut;
    private final Ops<B> ops;
    private final RoundEnd<B> roundEnd;
    private final InnerLoop<B> inner;
    private final Decoder<B> evaluation;
    private final Trials<B> trials;

    private final B theta;
    private final TensorViews<B> thetaViews;
    private B errorFeedback;
    /** θ_r − θ_H, taken when training ends, so that θ may move on before it is used. */
    private B delta;

    private final MemorySegment canonical;
    private ContentId root;
    private Pending pending = Pending.NONE;

    /** What {@link #delta} holds: nothing to take, Δ of a training, or Δ of one that met values that are not finite. */
    private enum Pending {
        NONE,
        FINITE,
        DIVERGED
    }

    /**
     * @param ops closed with the engine
     * @param training kernels of inner steps, over the same buffers
     */
    ModelEngine(
            Genesis genesis,
            Crypto crypto,
            TokenSource train,
            TokenSource heldOut,
            Ops<B> ops,
            RoundEnd<B> roundEnd,
            Ops<B> training) {
        this.genesis = genesis;
        this.crypto = crypto;
        this.heldOut = heldOut;
        this.ops = ops;
        this.roundEnd = roundEnd;
        shape = genesis.model();
        try {
            inner = new InnerLoop<>(training, shape, genesis.training(), train);
            evaluation = new Decoder<>(ops, shape, 1, shape.sequence());
            trials = new Trials<>(ops, roundEnd, shape, evaluation, new WindowBatch(train, 1, shape.sequence()));
            theta = ops.allocate(shape.parameterCount());
            errorFeedback = ops.allocate(shape.parameterCount());
            delta = ops.allocate(shape.parameterCount());
            canonical = Arena.ofAuto().allocate(bytes(), 64);
        } catch (OutOfMemoryError | ArithmeticException e) {
            throw new EngineFailure(
                    "memory: a model of " + shape.parameterCount() + " parameters does not fit (expected: less)", e);
        }
        thetaViews = TensorViews.of(shape, theta);
        root = refresh();
    }

    private long bytes() {
        return Float.BYTES * shape.parameterCount();
    }

    /** Takes the memory that training needs, which would otherwise be taken when it starts. */
    final void reserve() {
        inner.reserve();
    }

    private ContentId refresh() {
        ops.read(theta, canonical);
        root = ContentHash.of(canonical, crypto);
        return root;
    }

    @Override
    public ContentId initialize() {
        float[] values = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, genesis.seed(), values);
        ops.write(values, theta);
        startAnew();
        return refresh();
    }

    @Override
    public ContentId load(MemorySegment bytes) {
        write(THETA, bytes, theta);
        startAnew();
        return refresh();
    }

    private void startAnew() {
        inner.optimizer().reset();
        clearErrorFeedback();
        pending = Pending.NONE;
    }

    @Override
    public void snapshot(Sections.Writer out) {
        out.section(THETA, theta());
        writeSection(out, FIRST_MOMENT, inner.optimizer().first());
        writeSection(out, SECOND_MOMENT, inner.optimizer().second());
        writeSection(out, ERROR_FEEDBACK, errorFeedback);
        MemorySegment counters = MemorySegment.ofArray(new byte[Long.BYTES]);
        counters.set(LONG, 0, inner.optimizer().steps());
        out.section(COUNTERS, counters);
    }

    private void writeSection(Sections.Writer out, String name, B values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(bytes(), 64);
            ops.read(values, bytes);
            out.section(name, bytes);
        }
    }

    @Override
    public void restore(Sections.Reader in) {
        readSection(in, THETA, theta);
        readSection(in, FIRST_MOMENT, inner.optimizer().first());
        readSection(in, SECOND_MOMENT, inner.optimizer().second());
        readSection(in, ERROR_FEEDBACK, errorFeedback);
        if (in.has(COUNTERS)) {
            inner.optimizer().resume(counter(in.section(COUNTERS)));
        }
        pending = Pending.NONE;
        refresh();
    }

    private void readSection(Sections.Reader in, String name, B into) {
        if (in.has(name)) {
            write(name, in.section(name), into);
        }
    }

    private void write(String name, MemorySegment from, B to) {
        if (from.byteSize() != bytes()) {
            throw new IllegalArgumentException(
                    name + ": " + from.byteSize() + " bytes (expected: " + bytes() + ", the model's size)");
        }
        ops.write(from, to);
    }

    private static long counter(MemorySegment section) {
        if (section.byteSize() != Long.BYTES) {
            throw new IllegalArgumentException(COUNTERS + ": " + section.byteSize() + " bytes (expected: 8)");
        }
        return section.get(LONG, 0);
    }

    @Override
    public MemorySegment theta() {
        return canonical.asReadOnly();
    }

    @Override
    public ContentId stateRoot() {
        return root;
    }

    /**
     * What an earlier training left and nobody took is dropped. Training ends early at a loss or gradient that is not
     * finite; then {@link #compress} says so.
     */
    @Override
    public TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener) {
        InnerLoop.Outcome outcome = inner.run(new InnerLoop.Round<>(theta, windows, appliedRounds, stop), listener);
        inner.difference(theta, delta);
        pending = outcome.finite() ? Pending.FINITE : Pending.DIVERGED;
        return outcome.report();
    }

    @Override
    public Compressed compress() {
        Optional<byte[]> planes = takeDelta() ? roundEnd.compress(errorFeedback, delta) : Optional.empty();
        if (planes.isPresent()) {
            B before = errorFeedback;
            errorFeedback = delta;
            delta = before;
        }
        return new Compressed(planes.isPresent(), MemorySegment.ofArray(planes.orElseGet(() -> new byte[0])));
    }

    @Override
    public void fold() {
        if (takeDelta()) {
            roundEnd.fold(errorFeedback, delta);
        }
    }

    /** Whether there is a Δ to use. */
    private boolean takeDelta() {
        Pending taken = pending;
        pending = Pending.NONE;
        return switch (taken) {
            case NONE -> throw new IllegalStateException("train comes before compress and fold");
            case DIVERGED -> false;
            case FINITE -> true;
        };
    }

    @Override
    public void giveBack(MemorySegment contribution) {
        roundEnd.giveBack(contribution, errorFeedback);
    }

    @Override
    public ContentId apply(List<Applied> collectSet) {
        roundEnd.apply(theta, collectSet);
        return refresh();
    }

    @Override
    public void clearErrorFeedback() {
        ops.clear(errorFeedback);
    }

    @Override
    public double heldOutLoss(long[] windows) {
        if (windows.length == 0) {
            throw new IllegalArgumentException("held-out windows: none (expected: at least one)");
        }
        WindowBatch batch = new WindowBatch(heldOut, 1, shape.sequence());
        double sum = 0;
        for (int i = 0; i < windows.length; i++) {
            batch.fill(windows, i);
            for (double loss : evaluation.losses(thetaViews, batch.inputs(), batch.targets())) {
                sum += loss;
            }
        }
        return sum / ((double) windows.length * shape.sequence());
    }

    @Override
    public void mark() {
        trials.mark(theta);
    }

    @Override
    public double[] trialLosses(long[] windows, Optional<Trial> trial) {
        return trials.losses(windows, trial);
    }

    @Override
    public int[] generate(int[] prompt, int count, double temperature, long seed) {
        Sampler sampler = new Sampler(temperature, seed);
        int[] text = Arrays.copyOf(prompt.length == 0 ? new int[1] : prompt, Math.max(1, prompt.length) + count);
        int start = text.length - count;
        for (int at = start; at < text.length; at++) {
            text[at] = sampler.next(nextLogits(text, at, at > start));
        }
        return Arrays.copyOfRange(text, start, text.length);
    }

    /**
     * Logits after the last T tokens before {@code end}. What stands behind them can't be seen from there. Up to T
     * tokens only the last one is computed if those before it were; beyond, each has a new position, and all are.
     */
    private float[] nextLogits(int[] text, int end, boolean continued) {
        int from = Math.max(0, end - shape.sequence());
        Matrix<B> row;
        if (continued && from == 0) {
            row = evaluation.nextLogits(thetaViews, text[end - 1], end - 1);
        } else {
            int[] window = Arrays.copyOf(Arrays.copyOfRange(text, from, end), shape.sequence());
            row = evaluation.logits(thetaViews, window).row(end - from - 1);
        }
        return ops.values(row);
    }

    @Override
    public void close() {
        ops.close();
    }
}

package covey.actors.testing;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.outer.OuterStep;
import covey.protocol.outer.TrialStep;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** An engine whose Δ is a simple function of θ and the windows; compression and outer step are the real ones. */
public final class ToyEngine implements Engine {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Genesis genesis;
    private final Crypto crypto;
    private final Layout layout;
    private final ReferenceCompressor compressor;
    private final OuterStep outerStep;
    private final float[] theta;
    private final float[] errorFeedback;
    private final float[] delta;
    private float[] marked = new float[0];
    private volatile LongConsumer beforeStep = step -> {};

    public ToyEngine(Genesis genesis, Crypto crypto) {
        this.genesis = genesis;
        this.crypto = crypto;
        layout = Layout.of(genesis.model());
        compressor = new ReferenceCompressor(
                layout, genesis.training().bits(), genesis.training().errorFeedbackDecay());
        outerStep = new OuterStep(
                layout, genesis.training().alphaQ16(), genesis.training().aggregation());
        int count = Math.toIntExact(layout.parameterCount());
        theta = new float[count];
        errorFeedback = new float[count];
        delta = new float[count];
    }

    /** State root of θ_0, for genesis. */
    public static ContentId initialRoot(ModelShape shape, long seed, Crypto crypto) {
        float[] values = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, seed, values);
        return ContentHash.of(bytes(values), crypto);
    }

    /** Runs before each inner step, with its number; may block or throw. */
    public void beforeStep(LongConsumer action) {
        beforeStep = action;
    }

    private static MemorySegment bytes(float[] values) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[4 * values.length]);
        MemorySegment.copy(values, 0, bytes, FLOAT, 0, values.length);
        return bytes;
    }

    private static void read(MemorySegment bytes, float[] into) {
        MemorySegment.copy(bytes, FLOAT, 0, into, 0, into.length);
    }

    @Override
    public ContentId initialize() {
        InitialParameters.fill(genesis.model(), genesis.seed(), theta);
        clearErrorFeedback();
        return stateRoot();
    }

    @Override
    public ContentId load(MemorySegment bytes) {
        read(bytes, theta);
        clearErrorFeedback();
        return stateRoot();
    }

    @Override
    public void snapshot(Sections.Writer out) {
        out.section("theta", bytes(theta));
        out.section("error-feedback", bytes(errorFeedback));
    }

    @Override
    public void restore(Sections.Reader in) {
        read(in.section("theta"), theta);
        read(in.section("error-feedback"), errorFeedback);
    }

    @Override
    public MemorySegment theta() {
        return bytes(theta).asReadOnly();
    }

    @Override
    public ContentId stateRoot() {
        return ContentHash.of(bytes(theta), crypto);
    }

    @Override
    public TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener) {
        Arrays.fill(delta, 0);
        int batch = genesis.training().batch();
        int steps = 0;
        while (steps < windows.length / batch && !stop.getAsBoolean()) {
            beforeStep.accept(steps + 1);
            for (int i = 0; i < delta.length; i++) {
                delta[i] += (float) Math.scalb(theta[i] * 0.5 + draw(windows[steps * batch], i), -12);
            }
            listener.stepped(++steps, 5.0 - steps, 1e-3);
        }
        return new TrainReport(
                steps, 4.5, 4.0, (long) steps * batch * genesis.model().sequence());
    }

    /** -8 to 8; of no two windows the same, so that no contribution looks like a copy of another. */
    private static double draw(long window, int i) {
        long mixed = (window * 0x9E3779B97F4A7C15L + i) * 0xBF58476D1CE4E5B9L;
        return Math.scalb((double) ((mixed ^ mixed >>> 31) * 0x94D049BB133111EBL), -60);
    }

    @Override
    public Compressed compress() {
        if (!compressor.accumulate(errorFeedback, delta)) {
            return new Compressed(false, MemorySegment.NULL);
        }
        return new Compressed(true, MemorySegment.ofArray(compressor.encode(errorFeedback)));
    }

    @Override
    public void fold() {
        compressor.accumulate(errorFeedback, delta);
    }

    @Override
    public void giveBack(MemorySegment contribution) {
        compressor.addBack(ContributionReader.planesOf(contribution, layout), errorFeedback);
    }

    @Override
    public ContentId apply(List<Applied> collectSet) {
        outerStep.apply(theta, collectSet);
        return stateRoot();
    }

    @Override
    public void clearErrorFeedback() {
        Arrays.fill(errorFeedback, 0);
    }

    @Override
    public double heldOutLoss(long[] windows) {
        return 3.0 + windows.length;
    }

    @Override
    public void mark() {
        marked = theta.clone();
    }

    /** The more of the toy's pseudo-gradient, the lower; windows differ. */
    @Override
    public double[] trialLosses(long[] windows, Optional<Trial> trial) {
        float[] moved = marked.clone();
        trial.ifPresent(t -> TrialStep.apply(layout, t, moved));
        double sum = 0;
        for (int i = 0; i < moved.length; i++) {
            sum += Math.abs(moved[i] - marked[i]);
        }
        double gain = sum;
        return LongStream.of(windows).mapToDouble(w -> 5 - gain * (1 + w % 7)).toArray();
    }

    @Override
    public int[] generate(int[] prompt, int count, double temperature, long seed) {
        throw new UnsupportedOperationException("generate: not by a toy");
    }

    @Override
    public void close() {}
}

package covey.chaos.sim;

import covey.chaos.memo.OuterSteps;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.ContentHash;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose Δ is a simple function of θ and the windows; compression and outer step are the real ones. Beside
 * error feedback it counts what became of each mass that left it, in the same record, for the checkers.
 */
final class SimEngine implements Engine {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int WAVE_LENGTH = 17;
    /** Own contributions that are remembered. */
    private static final int REMEMBERED = 64;

    private final Genesis genesis;
    private final Crypto crypto;
    private final Layout layout;
    private final ReferenceCompressor compressor;
    private final OuterStep outerStep;
    private final OuterSteps outerSteps;
    private final float[] theta;
    /** Of θ; null before anybody asked since it changed. */
    private @Nullable ContentId root;

    private final float[] errorFeedback;
    private final float[] delta;
    private final float[] wave;
    /** Times that the decoded mass of own planes came back to error feedback, by hash of the planes. */
    private final SortedMap<Hash, Integer> cameBack = new TreeMap<>();

    /** @param outerSteps shared by engines that trust one another's arithmetic */
    SimEngine(Genesis genesis, Crypto crypto, OuterSteps outerSteps) {
        this.genesis = genesis;
        this.outerSteps = outerSteps;
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
        wave = new float[count + WAVE_LENGTH];
        for (int i = 0; i < wave.length; i++) {
            wave[i] = i < WAVE_LENGTH ? i : wave[i - WAVE_LENGTH];
        }
    }

    /** State root of θ_0, for genesis. */
    static ContentId initialRoot(ModelShape shape, long seed, Crypto crypto) {
        float[] values = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, seed, values);
        return ContentHash.of(bytes(values), crypto);
    }

    /** How often a contribution's mass came back; -1 if it was never made here, or was forgotten. */
    int cameBack(byte[] contribution) {
        return cameBack.getOrDefault(planesHash(MemorySegment.ofArray(contribution)), -1);
    }

    /** Of error feedback. */
    Hash feedback() {
        return crypto.sha256().update(bytes(errorFeedback)).finish();
    }

    private static MemorySegment bytes(float[] values) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Float.BYTES * values.length]);
        MemorySegment.copy(values, 0, bytes, FLOAT, 0, values.length);
        return bytes;
    }

    private static void read(MemorySegment bytes, float[] into) {
        MemorySegment.copy(bytes, FLOAT, 0, into, 0, into.length);
    }

    @Override
    public ContentId initialize() {
        InitialParameters.fill(genesis.model(), genesis.seed(), theta);
        root = null;
        clearErrorFeedback();
        return stateRoot();
    }

    @Override
    public ContentId load(MemorySegment bytes) {
        read(bytes, theta);
        root = null;
        clearErrorFeedback();
        return stateRoot();
    }

    @Override
    public void snapshot(Sections.Writer out) {
        out.section("theta", bytes(theta));
        out.section("error-feedback", bytes(errorFeedback));
        ByteWriter counts = new ByteWriter().i32(cameBack.size());
        cameBack.forEach((planes, count) -> counts.hash(planes).i32(count));
        out.section("came-back", MemorySegment.ofArray(counts.toByteArray()));
    }

    @Override
    public void restore(Sections.Reader in) {
        read(in.section("theta"), theta);
        root = null;
        read(in.section("error-feedback"), errorFeedback);
        cameBack.clear();
        try {
            ByteReader counts = new ByteReader(in.section("came-back").toArray(ValueLayout.JAVA_BYTE));
            for (int left = counts.i32(); left > 0; left--) {
                cameBack.put(counts.hash(), counts.i32());
            }
        } catch (Malformed e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public MemorySegment theta() {
        return bytes(theta).asReadOnly();
    }

    @Override
    public ContentId stateRoot() {
        ContentId known = root == null ? ContentHash.of(bytes(theta), crypto) : root;
        root = known;
        return known;
    }

    @Override
    public TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener) {
        Arrays.fill(delta, 0);
        int batch = genesis.training().batch();
        int steps = 0;
        while (steps < windows.length / batch && !stop.getAsBoolean()) {
            int from = (int) (windows[steps * batch] * 31 % WAVE_LENGTH);
            for (int i = 0; i < delta.length; i++) {
                delta[i] += (theta[i] * 0.5f + wave[from + i] - 8) * 0x1p-12f;
            }
            listener.stepped(++steps, 5.0 - steps, 1e-3);
        }
        return new TrainReport(
                steps, 4.5, 4.0, (long) steps * batch * genesis.model().sequence());
    }

    @Override
    public Compressed compress() {
        if (!compressor.accumulate(errorFeedback, delta)) {
            return new Compressed(false, MemorySegment.NULL);
        }
        byte[] planes = compressor.encode(errorFeedback);
        if (cameBack.size() == REMEMBERED) {
            cameBack.clear();
        }
        cameBack.put(crypto.sha256(planes), 0);
        return new Compressed(true, MemorySegment.ofArray(planes));
    }

    @Override
    public void fold() {
        compressor.accumulate(errorFeedback, delta);
    }

    @Override
    public void giveBack(MemorySegment contribution) {
        compressor.addBack(ContributionReader.planesOf(contribution, layout), errorFeedback);
        cameBack.computeIfPresent(planesHash(contribution), (planes, count) -> count + 1);
    }

    private Hash planesHash(MemorySegment contribution) {
        try {
            long planesBytes = ContributionReader.read(contribution).lengths().total();
            return crypto.sha256()
                    .update(contribution.asSlice(contribution.byteSize() - planesBytes))
                    .finish();
        } catch (Malformed e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ContentId apply(List<Applied> collectSet) {
        OuterSteps.Step step = outerSteps.step(stateRoot(), collectSet);
        Optional<OuterSteps.After> known = outerSteps.find(step);
        if (known.isPresent()) {
            System.arraycopy(known.get().theta(), 0, theta, 0, theta.length);
            root = known.get().root();
            return known.get().root();
        }
        outerStep.apply(theta, collectSet);
        root = null;
        outerSteps.put(step, theta, stateRoot());
        return stateRoot();
    }

    @Override
    public void clearErrorFeedback() {
        Arrays.fill(errorFeedback, 0);
    }

    @Override
    public double heldOutLoss(long[] windows) {
        return 3.0;
    }

    @Override
    public void mark() {
        throw new UnsupportedOperationException("mark: not by a toy");
    }

    @Override
    public double[] trialLosses(long[] windows, Optional<Trial> trial) {
        throw new UnsupportedOperationException("trialLosses: not by a toy");
    }

    @Override
    public int[] generate(int[] prompt, int count, double temperature, long seed) {
        throw new UnsupportedOperationException("generate: not by a toy");
    }

    @Override
    public void close() {}
}

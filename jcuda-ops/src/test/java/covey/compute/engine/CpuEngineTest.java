package covey.compute.engine;

import static covey.compute.engine.EngineCases.BATCH;
import static covey.compute.engine.EngineCases.LAYOUT;
import static covey.compute.engine.EngineCases.SMALL;
import static covey.compute.engine.EngineCases.STEPS;
import static covey.compute.engine.EngineCases.assertSame;
import static covey.compute.engine.EngineCases.contributed;
import static covey.compute.engine.EngineCases.errorFeedback;
import static covey.compute.engine.EngineCases.genesis;
import static covey.compute.engine.EngineCases.sealed;
import static covey.compute.engine.EngineCases.state;
import static covey.compute.engine.EngineCases.text;
import static covey.compute.engine.EngineCases.train;
import static covey.compute.engine.EngineCases.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.model.Decoder;
import covey.compute.reference.ReferenceOps;
import covey.compute.tensor.Floats;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.TensorViews;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Presets;
import covey.protocol.port.Engine;
import covey.protocol.port.Engine.Applied;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuEngineTest {
    private final List<CpuEngine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(CpuEngine::close);
    }

    private CpuEngine engine(int threads) {
        TokenSource train = text(400, SMALL.sequence(), 1);
        return engine(genesis(SMALL, training(STEPS, BATCH)), train, threads);
    }

    private CpuEngine engine(Genesis genesis, TokenSource train, int threads) {
        CpuEngine engine = new CpuEngine(
                genesis, Contributions.CRYPTO, train, text(40, genesis.model().sequence(), 2), threads);
        engine.initialize();
        engines.add(engine);
        return engine;
    }

    @Test
    void shouldStartFromTheGenesisSeed() {
        CpuEngine engine = engine(1);
        assertThat(engine.stateRoot()).isEqualTo(genesis(SMALL, training(1, 1)).thetaRoot());
        assertThat(engine.stateRoot()).isEqualTo(ContentHash.of(engine.theta(), Contributions.CRYPTO));
        assertThat(engine.theta().byteSize()).isEqualTo(4 * SMALL.parameterCount());
    }

    @Test
    void shouldLearn() {
        Presets.Preset nano = Presets.NANO;
        Genesis genesis = genesis(nano.shape(), training(25, 4));
        CpuEngine engine = engine(genesis, text(2000, nano.shape().sequence(), 1), 1);
        long[] heldOut = {0, 1, 2, 3};
        double before = engine.heldOutLoss(heldOut);
        assertThat(before).isBetween(Math.log(256) - 0.1, Math.log(256) + 0.1);

        List<Double> losses = new ArrayList<>();
        Engine.TrainReport report = engine.train(
                LongStream.range(0, 100).toArray(), 0, () -> false, (step, loss, rate) -> losses.add(loss));
        assertThat(report.steps()).isEqualTo(25);
        assertThat(report.tokens()).isEqualTo(25 * 4 * 128);
        assertThat(losses.getFirst()).isBetween(Math.log(256) - 0.1, Math.log(256) + 0.1);
        assertThat(report.lastLoss()).isEqualTo(losses.getLast()).isLessThan(3.2);
        assertThat(report.meanLoss())
                .isEqualTo(losses.stream().mapToDouble(x -> x).sum() / 25);
        assertThat(engine.heldOutLoss(heldOut)).as("θ keeps its bits").isEqualTo(before);

        MemorySegment content = MemorySegment.ofArray(ContributionWriter.seal(
                Contributions.header(Layout.of(nano.shape()), 1, TestCrypto.signer(1)),
                Layout.of(nano.shape()),
                engine.compress().planes(),
                TestCrypto.signer(1),
                Contributions.CRYPTO));
        engine.apply(List.of(new Applied(TestCrypto.signer(1).hotkey(), content, 1 << 16)));
        assertThat(engine.heldOutLoss(heldOut)).isLessThan(before - 0.1);
    }

    @Test
    void shouldNotDependOnTheNumberOfThreads() {
        CpuEngine one = engine(1);
        CpuEngine three = engine(3);
        for (long round = 0; round < 2; round++) {
            assertThat(train(three, round * 8, round)).isEqualTo(train(one, round * 8, round));
            Applied contribution = contributed(one, 1);
            assertThat(contributed(three, 1).contribution().mismatch(contribution.contribution()))
                    .isEqualTo(-1);
            one.apply(List.of(contribution));
            three.apply(List.of(contribution));
            assertSame(three, one);
            assertThat(three.heldOutLoss(new long[] {0, 3})).isEqualTo(one.heldOutLoss(new long[] {0, 3}));
        }
    }

    @Test
    void shouldContinueFromASnapshotBitForBit() {
        CpuEngine engine = engine(1);
        train(engine, 0, 0);
        engine.apply(List.of(contributed(engine, 1)));
        EngineCases.Kept kept = new EngineCases.Kept();
        engine.snapshot(kept);
        CpuEngine restored = engine(1);
        restored.restore(kept);
        assertSame(restored, engine);

        assertThat(train(restored, 8, 1)).isEqualTo(train(engine, 8, 1));
        Applied contribution = contributed(engine, 1);
        assertThat(restored.compress().planes().byteSize()).isPositive();
        engine.apply(List.of(contribution));
        restored.apply(List.of(contribution));
        assertSame(restored, engine);
    }

    /** A record may hold a part of the state only. */
    @Test
    void shouldKeepWhatARecordLacks() {
        CpuEngine engine = engine(1);
        train(engine, 0, 0);
        engine.compress();
        Map<String, byte[]> before = state(engine);
        EngineCases.Kept part = new EngineCases.Kept();
        part.sections.put("error-feedback", new byte[(int) (4 * SMALL.parameterCount())]);
        engine.restore(part);
        assertThat(errorFeedback(engine)).containsOnly(0f);
        Map<String, byte[]> after = state(engine);
        before.remove("error-feedback");
        after.remove("error-feedback");
        assertSame(after, before);
    }

    @Test
    void shouldReachTheSameRootFromACheckpointAndSealedContributions() {
        CpuEngine trainer = engine(1);
        List<List<Applied>> sealedRounds = new ArrayList<>();
        List<ContentId> roots = new ArrayList<>();
        MemorySegment checkpoint = MemorySegment.ofArray(trainer.theta().toArray(ValueLayout.JAVA_BYTE));
        for (int round = 0; round < 3; round++) {
            train(trainer, round * 8, round);
            sealedRounds.add(List.of(contributed(trainer, 1)));
            roots.add(trainer.apply(sealedRounds.getLast()));
        }
        CpuEngine follower = engine(1);
        train(follower, 40, 0);
        assertThat(follower.load(checkpoint))
                .isEqualTo(genesis(SMALL, training(1, 1)).thetaRoot());
        for (int round = 0; round < 3; round++) {
            assertThat(follower.apply(sealedRounds.get(round))).isEqualTo(roots.get(round));
        }
        assertThat(errorFeedback(follower)).containsOnly(0f);
    }

    @Test
    void shouldNotDependOnTheOrderOfArrival() {
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CpuEngine trainer = engine(1);
            train(trainer, 8 * i, 0);
            set.add(contributed(trainer, i));
        }
        CpuEngine first = engine(1);
        CpuEngine second = engine(1);
        ContentId root = first.apply(set);
        Collections.reverse(set);
        assertThat(second.apply(set)).isEqualTo(root);
        assertThat(second.theta().mismatch(first.theta())).isEqualTo(-1);
    }

    /** Rule H2, E3: before encoding e held Δ of the first round, so what was sent and what was kept sum to it. */
    @Test
    void shouldGiveBackWhatWasNotApplied() {
        CpuEngine engine = engine(1);
        CpuEngine folded = engine(1);
        train(engine, 0, 0);
        train(folded, 0, 0);
        folded.fold();
        MemorySegment content = sealed(engine.compress().planes(), 1);
        float[] kept = errorFeedback(engine);
        engine.giveBack(content);

        float[] expected = kept.clone();
        new ReferenceCompressor(LAYOUT, 1, 0.95f).addBack(ContributionReader.planesOf(content, LAYOUT), expected);
        assertThat(errorFeedback(engine)).isEqualTo(expected).isNotEqualTo(kept);
        float[] delta = errorFeedback(folded);
        for (int i = 0; i < delta.length; i++) {
            assertThat(Math.abs(expected[i] - delta[i])).isLessThan(1e-8f);
        }
        engine.clearErrorFeedback();
        assertThat(errorFeedback(engine)).containsOnly(0f);
    }

    @Test
    void shouldDecayErrorFeedbackWhenItFolds() {
        CpuEngine engine = engine(1);
        CpuEngine other = engine(1);
        train(engine, 0, 0);
        engine.fold();
        float[] first = errorFeedback(engine);
        train(engine, 8, 0);
        engine.fold();
        train(other, 0, 0);
        other.fold();
        other.clearErrorFeedback();
        train(other, 8, 0);
        other.fold();
        float[] delta = errorFeedback(other);
        float[] both = errorFeedback(engine);
        for (int i = 0; i < both.length; i++) {
            assertThat(both[i]).isEqualTo(0.95f * first[i] + delta[i]);
        }
    }

    @Test
    void shouldContributeTheStepsMadeBeforeItWasStopped() {
        CpuEngine engine = engine(1);
        int[] asked = {0};
        Engine.TrainReport report = engine.train(
                LongStream.range(0, BATCH * STEPS).toArray(), 0, () -> asked[0]++ == 3, (step, loss, rate) -> {});
        assertThat(report.steps()).isEqualTo(3);
        assertThat(engine.compress().finite()).isTrue();
        assertThatThrownBy(engine::compress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNotSpoilErrorFeedbackWhenTrainingDiverges() {
        CpuEngine engine = engine(1);
        train(engine, 0, 0);
        engine.compress();
        float[] theta = new float[(int) SMALL.parameterCount()];
        Floats.read(engine.theta(), theta);
        theta[256 * 64] = Float.NaN;
        EngineCases.Kept broken = new EngineCases.Kept();
        broken.section("theta", MemorySegment.ofArray(theta));
        engine.restore(broken);
        Map<String, byte[]> before = state(engine);

        Engine.TrainReport report = train(engine, 8, 0);
        assertThat(report.steps()).isZero();
        assertThat(report.lastLoss()).isNaN();
        Engine.Compressed compressed = engine.compress();
        assertThat(compressed.finite()).isFalse();
        assertThat(compressed.planes().byteSize()).isZero();
        assertSame(state(engine), before);

        train(engine, 8, 0);
        engine.fold();
        assertSame(state(engine), before);
    }

    /** The first step throws θ so far off that the second has no finite loss; Δ itself is finite. */
    @Test
    void shouldNotContributeWhatCameBeforeItDiverged() {
        Genesis.Training wild =
                new Genesis.Training(STEPS, BATCH, 1e30, 0, 0, 0.1, 0.9, 0.95, 1e-8, 0, 1.0, 1, 0.95f, 1 << 16);
        CpuEngine engine = engine(genesis(SMALL, wild), text(400, SMALL.sequence(), 1), 1);
        Engine.TrainReport report = train(engine, 0, 0);
        assertThat(report.steps()).isEqualTo(1);
        assertThat(report.lastLoss()).isNaN();
        assertThat(report.meanLoss()).isFinite();
        assertThat(engine.compress().finite()).isFalse();
        assertThat(errorFeedback(engine)).containsOnly(0f);
        assertThat(engine.stateRoot()).isEqualTo(genesis(SMALL, wild).thetaRoot());
    }

    /** A late contribution's round is applied before its own Δ is folded; Δ is that of the training. */
    @Test
    void shouldMeasureFromWhereTrainingStarted() {
        CpuEngine late = engine(1);
        CpuEngine timely = engine(1);
        train(late, 0, 0);
        train(timely, 0, 0);
        timely.fold();
        CpuEngine other = engine(1);
        train(other, 8, 0);
        late.apply(List.of(contributed(other, 1)));
        late.fold();
        assertThat(errorFeedback(late)).isEqualTo(errorFeedback(timely));
    }

    /** Computed once: forward, backward, optimizer, compressor and outer step give these bits on every machine. */
    @Test
    void shouldKeepItsBits() {
        CpuEngine engine = engine(1);
        for (long round = 0; round < 2; round++) {
            train(engine, 8 * round, round);
            engine.apply(List.of(contributed(engine, 1)));
        }
        assertThat(engine.stateRoot().toString())
                .isEqualTo("5d160189b844ff143b030b965c9cbdf3d44767db2c04d53f9bd43aa5bca0942c");
    }

    @Test
    void shouldRefuseParametersOfAnotherModel() {
        CpuEngine engine = engine(1);
        assertThatThrownBy(() -> engine.load(MemorySegment.ofArray(new byte[8])))
                .hasMessage("theta: 8 bytes (expected: " + 4 * SMALL.parameterCount() + ", the model's size)");
    }

    @Test
    void shouldMeasureTrialStepsFromTheMarkedThetaAndLeaveThetaAlone() {
        CpuEngine engine = engine(1);
        long[] windows = LongStream.range(0, BATCH * STEPS).toArray();
        engine.mark();
        double[] before = engine.trialLosses(windows, Optional.empty());
        train(engine, 0, 0);
        Applied contribution = contributed(engine, 1);
        ContentId root = engine.stateRoot();
        List<Integer> unclipped = Collections.nCopies(LAYOUT.parts().size(), 1 << 16);
        Engine.Trial trial = new Engine.Trial(contribution.contribution(), unclipped, 0.2);
        double[] after = engine.trialLosses(windows, Optional.of(trial));
        assertThat(engine.stateRoot()).isEqualTo(root);
        assertThat(LongStream.of(windows)
                        .mapToDouble(w -> before[(int) w] - after[(int) w])
                        .average()
                        .orElseThrow())
                .isPositive();

        engine.apply(List.of(contribution));
        assertThat(engine.trialLosses(windows, Optional.empty())).isEqualTo(before);
        assertThat(engine.trialLosses(windows, Optional.of(trial))).isEqualTo(after);
        List<Integer> nothing = Collections.nCopies(LAYOUT.parts().size(), 0);
        assertThat(engine.trialLosses(
                        windows, Optional.of(new Engine.Trial(contribution.contribution(), nothing, 0.2))))
                .isEqualTo(before);

        Engine.Trial whole = new Engine.Trial(contribution.contribution(), unclipped, 1);
        double[] moved = engine.trialLosses(windows, Optional.of(whole));
        engine.mark();
        assertThat(engine.trialLosses(windows, Optional.empty())).isEqualTo(moved);
    }

    @Test
    void shouldContinueTextTheSameForTheSameSeed() {
        CpuEngine engine = engine(1);
        int[] prompt = {'1', ' ', 'p'};
        assertThat(engine.generate(prompt, 40, 1.0, 3)).hasSize(40).isEqualTo(engine.generate(prompt, 40, 1.0, 3));
        assertThat(engine.generate(prompt, 40, 1.0, 3)).isNotEqualTo(engine.generate(prompt, 40, 1.0, 4));
        assertThat(engine.generate(prompt, 20, 0, 3)).isEqualTo(engine.generate(prompt, 20, 0, 4));
        assertThat(engine.generate(new int[0], 5, 0, 1)).hasSize(5);
    }

    /** Also where the text grows beyond a window, and where it does not fit one from the start. */
    @Test
    void shouldContinueTextAsWholeForwardPassesDo() {
        CpuEngine engine = engine(2);
        float[] theta = new float[(int) SMALL.parameterCount()];
        Floats.read(engine.theta(), theta);
        for (int length : new int[] {1, 3, SMALL.sequence() - 1, SMALL.sequence(), SMALL.sequence() + 5}) {
            int[] text = Seed.of(length).ints(length, 0, 256).toArray();
            int[] continued = engine.generate(text, 20, 1.5, length);
            Sampler sampler = new Sampler(1.5, length);
            for (int token : continued) {
                assertThat(token).as(length + " given").isEqualTo(sampler.next(logitsAfter(text, theta)));
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = token;
            }
        }
    }

    private static float[] logitsAfter(int[] text, float[] theta) {
        int[] window = Arrays.copyOfRange(text, Math.max(0, text.length - SMALL.sequence()), text.length);
        try (ReferenceOps ops = new ReferenceOps(1)) {
            Matrix<float[]> last = new Decoder<>(ops, SMALL, 1, window.length)
                    .logits(TensorViews.of(SMALL, theta), window)
                    .row(window.length - 1);
            return Arrays.copyOfRange(last.data(), (int) last.offset(), (int) (last.offset() + last.length()));
        }
    }
}

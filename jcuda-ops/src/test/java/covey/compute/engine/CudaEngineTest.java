package covey.compute.engine;

import static covey.compute.engine.EngineCases.BATCH;
import static covey.compute.engine.EngineCases.LAYOUT;
import static covey.compute.engine.EngineCases.SMALL;
import static covey.compute.engine.EngineCases.STEPS;
import static covey.compute.engine.EngineCases.assertSame;
import static covey.compute.engine.EngineCases.contributed;
import static covey.compute.engine.EngineCases.genesis;
import static covey.compute.engine.EngineCases.state;
import static covey.compute.engine.EngineCases.text;
import static covey.compute.engine.EngineCases.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.compute.cuda.CudaOps;
import covey.compute.cuda.ShimDevice;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.Engine.Applied;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.Contributions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine over the CUDA kernels, which the shim runs, beside the one on the processor: all bits are the same. */
class CudaEngineTest {
    private final List<Engine> engines = new ArrayList<>();

    @BeforeEach
    void requireShim() {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
    }

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    private static Genesis run(AggregationPolicy policy) {
        return genesis(
                SMALL,
                new Genesis.Training(
                        STEPS, BATCH, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16, policy));
    }

    private Engine engine(Genesis genesis, boolean cuda) {
        TokenSource train = text(400, SMALL.sequence(), 1);
        TokenSource heldOut = text(40, SMALL.sequence(), 2);
        Engine engine = cuda
                ? new CudaEngine(
                        genesis,
                        Contributions.CRYPTO,
                        train,
                        heldOut,
                        ShimDevice.open().orElseThrow(),
                        CudaOps.Products.FP32)
                : new CpuEngine(genesis, Contributions.CRYPTO, train, heldOut, 1);
        engine.initialize();
        engines.add(engine);
        return engine;
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeOnEachStateRoot(AggregationPolicy policy) {
        Engine cpu = engine(run(policy), false);
        Engine cuda = engine(run(policy), true);
        assertThat(cuda.stateRoot()).isEqualTo(run(policy).thetaRoot());
        for (long round = 0; round < 3; round++) {
            assertThat(train(cuda, 16 * round, round)).isEqualTo(train(cpu, 16 * round, round));
            Applied first = contributed(cpu, 1);
            Applied twin = contributed(cuda, 1);
            assertThat(twin.contribution().mismatch(first.contribution())).isEqualTo(-1);
            train(cpu, 16 * round + 8, round);
            train(cuda, 16 * round + 8, round);
            Applied second = contributed(cuda, 2);
            assertThat(contributed(cpu, 2).contribution().mismatch(second.contribution()))
                    .isEqualTo(-1);
            ContentId root = cpu.apply(List.of(first, second));
            assertThat(cuda.apply(List.of(second, first))).isEqualTo(root);
            assertSame(cuda, cpu);
        }
    }

    @Test
    void shouldKeepTheSameFeedbackOfWhatWasNotApplied() {
        Engine cpu = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), false);
        Engine cuda = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), true);
        for (Engine engine : engines) {
            train(engine, 0, 0);
            Applied late = contributed(engine, 1);
            engine.giveBack(late.contribution());
            train(engine, 8, 0);
            engine.fold();
        }
        assertSame(cuda, cpu);
        engines.forEach(Engine::clearErrorFeedback);
        assertSame(cuda, cpu);
    }

    @Test
    void shouldRestoreWhatTheOtherEngineWrote() {
        Engine cpu = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), false);
        Engine cuda = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), true);
        train(cpu, 0, 0);
        cpu.apply(List.of(contributed(cpu, 1)));
        EngineCases.Kept kept = new EngineCases.Kept();
        cpu.snapshot(kept);
        cuda.restore(kept);
        assertSame(cuda, cpu);
        assertThat(train(cuda, 8, 1)).isEqualTo(train(cpu, 8, 1));
        MemorySegment checkpoint = MemorySegment.ofArray(cpu.theta().toArray(ValueLayout.JAVA_BYTE));
        assertThat(cuda.load(checkpoint.asReadOnly())).isEqualTo(cpu.load(checkpoint));
        assertSame(cuda, cpu);
        assertThatThrownBy(() -> cuda.load(checkpoint.asSlice(4))).hasMessageStartingWith("theta: ");
    }

    @Test
    void shouldMeasureAndContinueTextTheSame() {
        Engine cpu = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), false);
        Engine cuda = engine(run(AggregationPolicy.CONTRIBUTOR_MEAN), true);
        long[] windows = LongStream.range(0, 4).toArray();
        train(cpu, 0, 0);
        Applied contribution = contributed(cpu, 1);
        engines.forEach(Engine::mark);
        List<Integer> clip = Collections.nCopies(LAYOUT.parts().size(), 40_000);
        Optional<Engine.Trial> trial = Optional.of(new Engine.Trial(contribution.contribution(), clip, 0.2));
        for (int turn = 0; turn < 2; turn++) {
            assertThat(cuda.trialLosses(windows, trial)).isEqualTo(cpu.trialLosses(windows, trial));
            assertThat(cuda.trialLosses(windows, Optional.empty()))
                    .isEqualTo(cpu.trialLosses(windows, Optional.empty()));
            engines.forEach(engine -> engine.apply(List.of(contribution)));
            engines.forEach(Engine::mark);
        }
        assertThat(cuda.heldOutLoss(windows)).isEqualTo(cpu.heldOutLoss(windows));
        int[] prompt = {'1', ' ', 'p'};
        assertThat(cuda.generate(prompt, 20, 1.0, 3)).isEqualTo(cpu.generate(prompt, 20, 1.0, 3));
    }

    /** A loss that is not finite ends training, and nothing of it is kept. */
    @Test
    void shouldRefuseWhatDiverged() {
        Genesis.Training wild =
                new Genesis.Training(STEPS, BATCH, 1e30, 0, 0, 0.1, 0.9, 0.95, 1e-8, 0, 1.0, 1, 0.95f, 1 << 16);
        Engine cuda = engine(genesis(SMALL, wild), true);
        var before = state(cuda).get("error-feedback");
        train(cuda, 0, 0);
        assertThat(cuda.compress().finite()).isFalse();
        assertThat(state(cuda).get("error-feedback")).isEqualTo(before);
    }
}

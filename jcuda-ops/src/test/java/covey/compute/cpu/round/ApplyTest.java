package covey.compute.cpu.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.cpu.CpuBackend;
import covey.compute.cpu.Crew;
import covey.compute.reference.ReferenceRound;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import covey.protocol.port.Engine.Applied;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** θ after an outer step is that of the protocol's own code, bit for bit. */
class ApplyTest {
    static LongStream seeds() {
        return Seed.range(6);
    }

    @BeforeAll
    static void loadVectors() {
        CpuBackend.VECTOR.open(1).ops().close();
    }

    /** The same shape of values for all, so that coordinates meet, with noise; one of them a thousand times longer. */
    private static List<Applied> collectSet(Layout layout, int bits, Seed seed, int size) {
        float[] common = RoundCases.values(layout, seed, seed.nextInt(RoundCases.KINDS));
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            float[] values = RoundCases.values(layout, seed, 9);
            float factor = seed.nextInt(8) == 0 ? 1e6f : 1f;
            for (int j = 0; j < values.length; j++) {
                float sum = factor * (common[j] + values[j] * (i & 3));
                values[j] = Float.isFinite(sum) ? sum : 0f;
            }
            byte[] content = Contributions.sealed(layout, bits, values, TestCrypto.signer(i));
            int trust = seed.nextInt(3) == 0 ? seed.nextInt(Limits.FACTOR_ONE + 1) : Limits.FACTOR_ONE;
            trust = seed.nextInt(9) == 0 ? 0 : trust;
            set.add(new Applied(TestCrypto.signer(i).hotkey(), MemorySegment.ofArray(content), trust));
        }
        return set;
    }

    private static float[] theta(Layout layout, Seed seed) {
        float[] theta = RoundCases.values(layout, seed, seed.nextInt(RoundCases.KINDS));
        theta[0] = -0f;
        theta[1] = Float.MIN_VALUE;
        return theta;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEqualTheReference(long number) {
        Seed seed = Seed.of(number);
        for (Layout layout : RoundCases.layouts()) {
            int bits = 1 + seed.nextInt(2);
            List<Applied> set = collectSet(layout, bits, seed, 1 + seed.nextInt(9));
            for (AggregationPolicy policy : AggregationPolicy.values()) {
                check(layout, RoundCases.training(bits).with(policy), theta(layout, seed), set, seed.toString());
            }
        }
    }

    private static void check(Layout layout, Genesis.Training training, float[] theta, List<Applied> set, String name) {
        float[] expected = theta.clone();
        new ReferenceRound(layout, training).apply(expected, set);
        for (int threads : new int[] {1, 2, 4}) {
            float[] moved = theta.clone();
            try (Crew crew = new Crew(threads)) {
                new VectorRound(crew, layout, training).apply(moved, set.reversed());
            }
            assertThat(CompressTest.bits(moved)).as(name).isEqualTo(CompressTest.bits(expected));
        }
    }

    /** 256 contributions of the largest scale and level at all coordinates of a chunk that they carry. */
    @Test
    void shouldBeExactAtTheLargestSum() {
        Layout layout = RoundCases.layouts().getLast();
        float[] values = new float[(int) layout.parameterCount()];
        Arrays.fill(values, 1e30f);
        for (int i = 0; i < values.length; i += 7) {
            values[i] = i % 2 == 0 ? 3e30f : -3e30f;
        }
        byte[] content = Contributions.sealed(layout, 2, values, TestCrypto.signer(1));
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < Limits.COLLECT_MAX_COUNT; i++) {
            set.add(new Applied(TestCrypto.signer(i).hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE));
        }
        for (AggregationPolicy policy : AggregationPolicy.values()) {
            check(layout, RoundCases.training(2).with(policy), new float[values.length], set, policy.text());
        }
    }

    /** Each coordinate of a chunk is carried by somebody. */
    @Test
    void shouldMoveWholeChunks() {
        Layout layout = RoundCases.layouts().getLast();
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < 66; i++) {
            float[] values = new float[(int) layout.parameterCount()];
            for (int j = 0; j < 64 && i < 64; j++) {
                values[64 * j + i] = 1 + i * j;
                values[512 * j + i] = 1 - i * j;
            }
            byte[] content = Contributions.sealed(layout, 1, values, TestCrypto.signer(i));
            set.add(new Applied(TestCrypto.signer(i).hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE));
        }
        check(layout, RoundCases.training(1), theta(layout, Seed.of(1)), set, "whole");
    }

    @Test
    void shouldRefuseWhatTheReferenceRefuses() {
        Layout layout = RoundCases.layouts().getFirst();
        List<Applied> set = collectSet(layout, 2, Seed.of(3), 2);
        float[] theta = theta(layout, Seed.of(4));
        try (Crew crew = new Crew(2)) {
            VectorRound round = new VectorRound(crew, layout, RoundCases.training(2));
            assertThatThrownBy(() -> round.apply(new float[3], set)).isInstanceOf(IllegalArgumentException.class);
            List<Applied> twice = List.of(set.getFirst(), set.getFirst());
            assertThatThrownBy(() -> round.apply(theta, twice)).isInstanceOf(IllegalArgumentException.class);
            byte[] content = set.getFirst().contribution().toArray(ValueLayout.JAVA_BYTE);
            Arrays.fill(content, content.length - 40, content.length, (byte) -1);
            List<Applied> broken =
                    List.of(new Applied(set.getFirst().hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE));
            assertThatThrownBy(() -> new ReferenceRound(layout, RoundCases.training(2)).apply(theta.clone(), broken))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> round.apply(theta.clone(), broken)).isInstanceOf(RuntimeException.class);
            float[] kept = theta.clone();
            round.apply(kept, List.of());
            assertThat(kept).isEqualTo(theta);
        }
    }
}

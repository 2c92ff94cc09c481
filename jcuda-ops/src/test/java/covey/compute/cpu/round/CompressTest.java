package covey.compute.cpu.round;

import static org.assertj.core.api.Assertions.assertThat;

import covey.compute.cpu.CpuBackend;
import covey.compute.cpu.Crew;
import covey.compute.reference.ReferenceRound;
import covey.protocol.contribution.Layout;
import covey.protocol.testing.Seed;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Planes and error feedback are those of the protocol's own compressor, byte for byte. */
class CompressTest {
    static LongStream seeds() {
        return Seed.range(6);
    }

    @BeforeAll
    static void loadVectors() {
        CpuBackend.VECTOR.open(1).ops().close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEqualTheReference(long number) {
        Seed seed = Seed.of(number);
        for (Layout layout : RoundCases.layouts()) {
            for (int kind = 0; kind < RoundCases.KINDS; kind++) {
                float[] e = RoundCases.values(layout, seed, kind);
                float[] delta = RoundCases.values(layout, seed, seed.nextBoolean() ? kind : 2);
                check(layout, e, delta, seed + ", kind " + kind);
            }
        }
    }

    private static void check(Layout layout, float[] e, float[] delta, String name) {
        for (int bits = 1; bits <= 2; bits++) {
            float[] expectedE = e.clone();
            float[] expectedDelta = delta.clone();
            Optional<byte[]> expected =
                    new ReferenceRound(layout, RoundCases.training(bits)).compress(expectedE, expectedDelta);
            for (int threads : new int[] {1, 2, 4}) {
                float[] keptE = e.clone();
                float[] newE = delta.clone();
                Optional<byte[]> planes = compress(layout, bits, threads, keptE, newE);
                assertThat(planes.isPresent()).as(name).isEqualTo(expected.isPresent());
                if (planes.isPresent()) {
                    assertThat(planes.get()).as(name).isEqualTo(expected.get());
                    assertThat(bits(newE)).as(name).isEqualTo(bits(expectedDelta));
                } else {
                    assertThat(bits(keptE)).as(name).isEqualTo(bits(e));
                }
            }
        }
    }

    static Optional<byte[]> compress(Layout layout, int bits, int threads, float[] e, float[] delta) {
        try (Crew crew = new Crew(threads)) {
            return new VectorRound(crew, layout, RoundCases.training(bits)).compress(e, delta);
        }
    }

    static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    @Test
    void shouldRefuseWhatIsNotFiniteWhereverItIs() {
        Layout layout = RoundCases.layouts().get(6);
        float[] strange = {
            Float.NaN, Float.intBitsToFloat(0xFFC00001), Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f
        };
        for (float value : strange) {
            for (int at : new int[] {0, 100, 104, 4096, layoutEnd(layout)}) {
                Seed seed = Seed.of(at);
                float[] e = RoundCases.values(layout, seed, 0);
                float[] delta = RoundCases.values(layout, seed, 0);
                e[at] = value;
                delta[at] = 3e38f;
                check(layout, e, delta, value + " at " + at);
                check(layout, delta, e, value + " at " + at);
            }
        }
    }

    private static int layoutEnd(Layout layout) {
        return (int) layout.parameterCount() - 1;
    }

    /** The same object again, after planes with fewer values and after a refusal. */
    @Test
    void shouldForgetTheRoundBefore() {
        Layout layout = RoundCases.layouts().get(6);
        Seed seed = Seed.of(5);
        float[] bad = RoundCases.values(layout, seed, 0);
        bad[bad.length / 2] = Float.NaN;
        try (Crew crew = new Crew(2)) {
            VectorRound round = new VectorRound(crew, layout, RoundCases.training(2));
            for (int kind : new int[] {0, 7, 2, 0, 3}) {
                float[] e = RoundCases.values(layout, seed, kind);
                float[] delta = RoundCases.values(layout, seed, kind);
                Optional<byte[]> expected =
                        new ReferenceRound(layout, RoundCases.training(2)).compress(e.clone(), delta.clone());
                assertThat(round.compress(e, delta).orElseThrow()).isEqualTo(expected.orElseThrow());
                assertThat(round.compress(bad.clone(), bad.clone())).isEmpty();
            }
        }
    }
}

package covey.compute.cpu.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.compute.cpu.ChildJvm;
import covey.compute.cpu.CpuBackend;
import covey.compute.cpu.Crew;
import covey.compute.ops.RoundOps;
import covey.compute.reference.ReferenceRound;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Limits;
import covey.protocol.port.Engine.Applied;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a round has the same bytes on vectors of any width as in plain loops. */
class AnyVectorsTest {
    private static final int SEEDS = 3;

    @ParameterizedTest
    @ValueSource(
            strings = {"-Dcovey.vectorBits=128", "-Dcovey.vectorBits=256", "-Dcovey.vectorBits=512", "-XX:UseAVX=2"})
    void shouldGiveTheSameBytes(String option) throws IOException, InterruptedException {
        assumeTrue(!option.endsWith("512") || CpuBackend.VECTOR.open(1).name().contains("512"), "no such vectors here");
        String seeds = Seed.range(SEEDS)
                .mapToObj(Long::toString)
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        int expected = digest(seeds, (layout, bits) -> new ReferenceRound(layout, RoundCases.training(bits)));
        assertThat(ChildJvm.run(option, Child.class, seeds)).as(seeds).contains("digest " + expected);
    }

    /** The child of the test. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            CpuBackend.VECTOR.open(1).ops().close();
            try (Crew crew = new Crew(2)) {
                int digest =
                        digest(args[0], (layout, bits) -> new VectorRound(crew, layout, RoundCases.training(bits)));
                System.out.println("digest " + digest);
            }
        }
    }

    private static int digest(String seeds, BiFunction<Layout, Integer, RoundOps<float[]>> rounds) {
        int digest = 1;
        for (String number : seeds.split(",")) {
            Seed seed = Seed.of(Long.parseLong(number));
            Layout layout =
                    RoundCases.layouts().get(seed.nextInt(RoundCases.layouts().size()));
            for (int kind = 0; kind < RoundCases.KINDS; kind++) {
                digest = 31 * digest + digest(layout, seed, kind, rounds.apply(layout, 1 + kind % 2));
            }
        }
        return digest;
    }

    private static int digest(Layout layout, Seed seed, int kind, RoundOps<float[]> round) {
        int bits = 1 + kind % 2;
        int digest = kind;
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            float[] e = RoundCases.values(layout, seed, kind);
            float[] delta = RoundCases.values(layout, seed, kind);
            byte[] planes = round.compress(e, delta).orElseGet(() -> new byte[0]);
            digest = 31 * digest + Arrays.hashCode(planes);
            if (planes.length > 0) {
                digest = 31 * digest + Arrays.hashCode(CompressTest.bits(delta));
                byte[] content = Contributions.sealed(layout, bits, planes, TestCrypto.signer(i));
                set.add(new Applied(TestCrypto.signer(i).hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE));
            }
        }
        float[] theta = RoundCases.values(layout, seed, 0);
        round.apply(theta, set);
        return 31 * digest + Arrays.hashCode(CompressTest.bits(theta));
    }
}

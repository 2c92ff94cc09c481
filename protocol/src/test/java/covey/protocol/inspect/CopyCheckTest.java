package covey.protocol.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.Seed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CopyCheckTest {
    private static final Layout LAYOUT =
            Layout.of(List.of(new Tensor("v", 3000, 1), new Tensor("m", 128, 192), new Tensor("n", 64, 256)));
    private static final int LENGTH = Math.toIntExact(LAYOUT.parameterCount());

    static LongStream seeds() {
        return Seed.range(30);
    }

    private static Fingerprint fingerprint(int hotkey, long round, float[] values) {
        byte[] planes = new ReferenceCompressor(LAYOUT, 1, 0.95f).encode(values.clone());
        return Fingerprint.of(
                new Hotkey(new Hash(0, 0, 0, hotkey)), round, Planes.of(LAYOUT, 1, MemorySegment.ofArray(planes)));
    }

    /** What honest trainers of one round send: a common direction and as much noise of their own. */
    private static float[] honest(float[] common, Seed seed) {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (float) (common[i] + seed.nextGaussian());
        }
        return values;
    }

    private static float[] random(Seed seed) {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (float) seed.nextGaussian();
        }
        return values;
    }

    private static List<Fingerprint> honestRound(int count, long round, Seed seed) {
        float[] common = random(seed);
        List<Fingerprint> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(fingerprint(i, round, honest(common, seed)));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldLeaveHonestTrainersAlone(long number) {
        Seed seed = Seed.of(number);
        List<Fingerprint> recent = honestRound(8, 1, seed);
        List<Fingerprint> round = honestRound(8, 2, seed);
        assertThat(CopyCheck.find(round, recent)).as(seed.toString()).isEmpty();
        assertThat(CheapCheck.of(round, recent))
                .as(seed.toString())
                .allMatch(i -> i.finding().isEmpty());
    }

    /** In the first rounds honest trainers move almost alike. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldLeaveTrainersAloneWhoAllMoveAlike(long number) {
        Seed seed = Seed.of(number);
        float[] common = random(seed);
        List<Fingerprint> round = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            float[] values = common.clone();
            for (int j = 0; j < LENGTH; j++) {
                values[j] += (float) (0.1 * seed.nextGaussian());
            }
            round.add(fingerprint(i, 1, values));
        }
        assertThat(round.get(0).overlap(round.get(1))).as(seed.toString()).isGreaterThan(0.6);
        assertThat(CopyCheck.find(round, List.of())).as(seed.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindTheLaterOfTwoEqualOnesWhoeverItIs(long number) {
        Seed seed = Seed.of(number);
        List<Fingerprint> round = honestRound(6, 3, seed);
        float[] same = random(seed);
        round.add(0, fingerprint(11, 3, same));
        round.add(fingerprint(10, 3, same));
        List<CopyCheck.Copy> copies = CopyCheck.find(round, List.of());
        assertThat(copies).as(seed.toString()).hasSize(1);
        assertThat(copies.getFirst().hotkey()).isEqualTo(new Hotkey(new Hash(0, 0, 0, 10)));
        assertThat(copies.getFirst().source()).isEqualTo(new Hotkey(new Hash(0, 0, 0, 11)));
        assertThat(copies.getFirst().overlap()).isEqualTo(1.0);
    }

    /** Scaled, signs flipped, a part of the coordinates moved elsewhere. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindNoisedAndPermutedCopiesOfEarlierRounds(long number) {
        Seed seed = Seed.of(number);
        float[] victim = random(seed);
        float[] noised = victim.clone();
        float[] permuted = victim.clone();
        for (int i = 0; i < LENGTH; i++) {
            noised[i] *= (float) (seed.nextBoolean() ? -3 : 3 + 0.3 * seed.nextGaussian());
            if (seed.nextInt(10) < 3) {
                int other = Math.min(LENGTH - 1, i / 64 * 64 + seed.nextInt(64));
                float moved = permuted[i];
                permuted[i] = permuted[other];
                permuted[other] = moved;
            }
        }
        List<Fingerprint> recent = List.of(fingerprint(1, 4, victim));
        List<Fingerprint> round = honestRound(6, 5, seed);
        round.set(1, fingerprint(7, 5, noised));
        round.set(4, fingerprint(8, 5, permuted));
        List<CopyCheck.Copy> copies = CopyCheck.find(round, recent);
        assertThat(copies).as(seed.toString()).hasSize(2);
        assertThat(copies)
                .as(seed.toString())
                .allMatch(c -> c.sourceRound() == 4 && c.source().equals(new Hotkey(new Hash(0, 0, 0, 1))));
    }

    @Test
    void shouldCallACopyOfItselfStale() {
        Seed seed = Seed.of(3);
        float[] values = random(seed);
        var copies = CopyCheck.find(List.of(fingerprint(1, 9, values)), List.of(fingerprint(1, 8, values)));
        assertThat(copies).hasSize(1);
        assertThat(copies.getFirst().source()).isEqualTo(copies.getFirst().hotkey());
    }

    @Test
    void shouldCountCommonCoordinatesAndSigns() {
        Seed seed = Seed.of(4);
        float[] values = random(seed);
        float[] flipped = values.clone();
        for (int i = 0; i < LENGTH; i++) {
            flipped[i] = -flipped[i];
        }
        Fingerprint own = fingerprint(1, 1, values);
        Fingerprint opposite = fingerprint(2, 1, flipped);
        int kept = 0;
        for (int chunk = 0; chunk < LAYOUT.chunkCount(); chunk++) {
            kept += LAYOUT.keptCount(chunk);
        }
        assertThat(own.values()).isEqualTo(kept).isEqualTo(own.common(opposite));
        assertThat(own.agreeing(opposite)).isZero();
        assertThat(own.agreeing(own)).isEqualTo(kept);
        assertThat(fingerprint(1, 1, new float[LENGTH]).overlap(own)).isZero();
    }

    @Test
    void shouldFindAFlippedSignANormOutOfLineAndStuffedIndices() {
        Seed seed = Seed.of(5);
        float[] common = random(seed);
        List<Fingerprint> round = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            round.add(fingerprint(i, 1, honest(common, seed)));
        }
        float[] flipped = honest(common, seed);
        float[] faint = honest(common, seed);
        for (int i = 0; i < LENGTH; i++) {
            flipped[i] = -flipped[i];
            faint[i] *= 0.001f;
        }
        float[] piece = new float[Limits.CHUNK_LENGTH];
        Arrays.fill(piece, 0, 64, 1f);
        float[] stuffed = new float[LENGTH];
        for (int chunk = 0; chunk < LAYOUT.chunkCount(); chunk++) {
            LAYOUT.scatter(piece, chunk, stuffed);
        }
        round.add(fingerprint(6, 1, flipped));
        round.add(fingerprint(7, 1, faint));
        round.add(fingerprint(8, 1, stuffed));
        List<Inspection> seen = CheapCheck.of(round, List.of());
        assertThat(seen.subList(0, 5)).allMatch(i -> i.finding().isEmpty());
        assertThat(seen.get(5).finding().orElseThrow()).startsWith("signs: ");
        assertThat(seen.get(6).finding().orElseThrow()).startsWith("norm: ");
        assertThat(seen.get(6).normRatio()).isCloseTo(0.001, within(0.0005));
        assertThat(seen.get(7).finding().orElseThrow()).startsWith("indices: ");
    }
}

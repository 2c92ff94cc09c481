package covey.protocol.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.contribution.Rejection;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.Seed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheapCheckTest {
    private static final Layout LAYOUT = Layout.of(List.of(new Tensor("v", 3000, 1), new Tensor("m", 128, 192)));
    private static final int LENGTH = Math.toIntExact(LAYOUT.parameterCount());

    static LongStream seeds() {
        return Seed.range(20);
    }

    /** A round of trainers that follow one text: a common direction and noise of their own. */
    private static final class Round {
        private final long number;
        private final Seed seed;
        private final float[] common = new float[LENGTH];
        private final List<float[]> sent = new ArrayList<>();

        Round(long number, Seed seed) {
            this.number = number;
            this.seed = seed;
            for (int i = 0; i < LENGTH; i++) {
                common[i] = (float) seed.nextGaussian();
            }
        }

        float[] honest() {
            float[] values = common.clone();
            for (int i = 0; i < LENGTH; i++) {
                values[i] += (float) (0.7 * seed.nextGaussian());
            }
            return values;
        }

        Round with(int count) {
            for (int i = 0; i < count; i++) {
                sent.add(honest());
            }
            return this;
        }

        Round with(float[]... others) {
            sent.addAll(List.of(others));
            return this;
        }

        List<Fingerprint> fingerprints() {
            List<Fingerprint> all = new ArrayList<>();
            for (int i = 0; i < sent.size(); i++) {
                byte[] planes = new ReferenceCompressor(LAYOUT, 1, 0.95f)
                        .encode(sent.get(i).clone());
                all.add(Fingerprint.of(
                        new Hotkey(new Hash(0, 0, 0, i)), number, Planes.of(LAYOUT, 1, MemorySegment.ofArray(planes))));
            }
            return all;
        }
    }

    private static float[] times(float[] values, float factor) {
        float[] scaled = values.clone();
        for (int i = 0; i < LENGTH; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    private static List<Rejection> rejections(List<Inspection> seen) {
        return seen.stream()
                .flatMap(inspection -> inspection.rejection().stream())
                .toList();
    }

    /** However much they agree with each other, and however few honest ones more there are. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRejectAllOfAMinorityThatFlipsTogether(long number) {
        Seed seed = Seed.of(number);
        Round round = new Round(1, seed);
        float[] flipped = times(round.honest(), -1);
        int cheats = 1 + seed.nextInt(4);
        for (int i = 0; i < cheats; i++) {
            round.with(flipped);
        }
        round.with(cheats + 1 + seed.nextInt(3));
        List<Inspection> seen = CheapCheck.of(round.fingerprints(), List.of());
        assertSignsOfTheFirst(cheats, seen, seed);
    }

    private static void assertSignsOfTheFirst(int cheats, List<Inspection> seen, Seed seed) {
        assertThat(rejections(seen.subList(0, cheats)))
                .as(seed.toString())
                .hasSize(cheats)
                .containsOnly(Rejection.SIGNS);
        assertThat(rejections(seen.subList(cheats, seen.size())))
                .as(seed.toString())
                .isEmpty();
    }

    /** Alone, or all the same; what most send is their own. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRejectAMinorityThatFollowsNothing(long number) {
        Seed seed = Seed.of(number);
        Round round = new Round(1, seed);
        int cheats = 1 + seed.nextInt(3);
        boolean colluding = seed.nextInt(2) == 0;
        float[] together = noise(seed);
        for (int i = 0; i < cheats; i++) {
            round.with(colluding ? together : noise(seed));
        }
        round.with(cheats + 3 + seed.nextInt(3));
        List<Inspection> seen = CheapCheck.of(round.fingerprints(), List.of());
        assertSignsOfTheFirst(cheats, seen, seed);
        assertThat(seen.getFirst().finding().orElseThrow()).startsWith("signs: ");
    }

    /** Neither where nobody follows anything, nor where half does. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRejectNobodyWhereMostFollowNothing(long number) {
        Seed seed = Seed.of(number);
        Round round = new Round(1, seed).with(3);
        for (int i = 0; i < 3 + seed.nextInt(3); i++) {
            round.with(noise(seed));
        }
        assertThat(CheapCheck.of(round.fingerprints(), List.of()))
                .as(seed.toString())
                .allMatch(inspection -> inspection.backed() == 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAskForNoBackersInASmallRound(long number) {
        Seed seed = Seed.of(number);
        float[] together = noise(seed);
        Round round = new Round(1, seed).with(1).with(together, together);
        assertThat(CheapCheck.of(round.fingerprints(), List.of()))
                .as(seed.toString())
                .allMatch(inspection -> inspection.backed() == 1);
    }

    private static float[] noise(Seed seed) {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (float) (1.2 * seed.nextGaussian());
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRejectNobodyWhereHalfIsAgainstHalf(long number) {
        Seed seed = Seed.of(number);
        Round round = new Round(1, seed);
        float[] flipped = times(round.honest(), -1);
        round.with(2).with(flipped, flipped);
        assertThat(rejections(CheapCheck.of(round.fingerprints(), List.of())))
                .as(seed.toString())
                .isEmpty();
    }

    /** The sum of a round, and a patchwork of two of its contributions. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRejectWhatAnEarlierRoundSent(long number) {
        Seed seed = Seed.of(number);
        Round earlier = new Round(1, seed).with(5);
        float[] patchwork = new float[LENGTH];
        float[] sum = new float[LENGTH];
        float[] first = decoded(earlier.sent.get(0));
        float[] second = decoded(earlier.sent.get(1));
        for (int i = 0; i < LENGTH; i++) {
            patchwork[i] = i / 64 % 2 == 0 ? first[i] : second[i];
            sum[i] = first[i] + second[i];
        }
        List<Fingerprint> round =
                new Round(2, seed).with(4).with(patchwork, sum).fingerprints();
        List<Inspection> seen = CheapCheck.of(round, earlier.fingerprints());
        assertThat(rejections(seen.subList(0, 4))).as(seed.toString()).isEmpty();
        assertThat(rejections(seen.subList(4, 6)))
                .as(seed.toString())
                .containsExactly(Rejection.REPLAY, Rejection.REPLAY);
        assertThat(seen).as(seed.toString()).allMatch(i -> i.replayed() <= 1);
    }

    private static float[] decoded(float[] values) {
        byte[] planes = new ReferenceCompressor(LAYOUT, 1, 0.95f).encode(values.clone());
        float[] sparse = new float[LENGTH];
        new ReferenceCompressor(LAYOUT, 1, 0.95f).addBack(planes, sparse);
        return sparse;
    }

    @Test
    void shouldRejectWhatIsManyTimesAsLong() {
        Round round = new Round(1, Seed.of(6));
        // Far below the largest scale, 8.0.
        for (float factor : new float[] {1, 1, 1, 1, 0.1f, 32}) {
            round.with(times(round.honest(), 0.01f * factor));
        }
        List<Inspection> seen = CheapCheck.of(round.fingerprints(), List.of());
        assertThat(rejections(seen)).containsExactly(Rejection.NORM);
        assertThat(seen.getLast().rejection()).contains(Rejection.NORM);
        assertThat(seen.getLast().finding().orElseThrow()).startsWith("norm: ");
    }

    @Test
    void shouldCompareWithWhatTheLedgerHasOfSixteenRounds() {
        TreeMap<Long, SealedRound> sealed = new TreeMap<>();
        for (long round = 1; round <= 20; round++) {
            sealed.put(round, sealed(round));
        }
        assertThat(Earlier.of(sealed, 20))
                .extracting(e -> e.contribution().hash().d())
                .hasSize(48)
                .startsWith(40L, 41L, 42L, 50L)
                .endsWith(190L, 191L, 192L);
        assertThat(Earlier.of(sealed, 2)).hasSize(3).allMatch(e -> e.round() == 1);
    }

    private static SealedRound sealed(long round) {
        Mark mark = new Mark(round, round, Hash.ZERO);
        List<Refused> refused = Stream.of(Rejection.SIGNS, Rejection.SCALE)
                .map(rejection -> new Refused(hotkey(3), content(round, 2), rejection.code()))
                .toList();
        return new SealedRound(
                round,
                mark,
                mark,
                mark,
                List.of(new Commitment(hotkey(1), content(round, 0), 9, round, round, Limits.FACTOR_ONE)),
                List.of(new Commitment(hotkey(2), content(round, 1), 9, round, round, Limits.FACTOR_ONE)),
                refused);
    }

    private static Hotkey hotkey(int number) {
        return new Hotkey(new Hash(0, 0, 0, number));
    }

    private static ContentId content(long round, int number) {
        return new ContentId(new Hash(0, 0, 0, 10 * round + number));
    }
}

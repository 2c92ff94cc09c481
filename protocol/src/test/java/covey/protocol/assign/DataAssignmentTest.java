package covey.protocol.assign;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataAssignmentTest {
    private static final TestCrypto CRYPTO = new TestCrypto();
    private static final RunId RUN = new RunId(CRYPTO.sha256(new byte[] {1}));

    static LongStream seeds() {
        return Seed.range(60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldOrderEachPassAsAPermutation(long number) {
        Seed seed = Seed.of(number);
        int count = seed.nextInt(1, 3000);
        long pass = seed.nextLong(0, 1000);
        long[] order = new DataAssignment(RUN, count, CRYPTO).windows(pass, 0, count);

        assertThat(Arrays.stream(order).sorted().toArray())
                .as(seed.toString())
                .isEqualTo(LongStream.range(0, count).toArray());
    }

    @Test
    void shouldOrderPassesAndRunsDifferently() {
        DataAssignment data = new DataAssignment(RUN, 1000, CRYPTO);
        DataAssignment other = new DataAssignment(new RunId(CRYPTO.sha256(new byte[] {2})), 1000, CRYPTO);

        assertThat(data.windows(0, 0, 1000)).isNotEqualTo(data.windows(1, 0, 1000));
        assertThat(data.windows(0, 0, 1000)).isNotEqualTo(other.windows(0, 0, 1000));
        assertThat(data.windows(0, 0, 1000)).isEqualTo(data.windows(0, 0, 1000));
    }

    @Test
    void shouldGoOnInTheNextPassAtTheEnd() {
        DataAssignment data = new DataAssignment(RUN, 100, CRYPTO);
        long[] across = data.windows(4, 70, 250);

        assertThat(Arrays.copyOfRange(across, 0, 30)).isEqualTo(data.windows(4, 70, 30));
        assertThat(Arrays.copyOfRange(across, 30, 130)).isEqualTo(data.windows(5, 0, 100));
        assertThat(Arrays.copyOfRange(across, 130, 230)).isEqualTo(data.windows(6, 0, 100));
        assertThat(Arrays.copyOfRange(across, 230, 250)).isEqualTo(data.windows(7, 0, 20));
        assertThat(data.windows(4, 270, 10)).isEqualTo(data.windows(6, 70, 10));
    }

    @Test
    void shouldSpreadPositionsOverTheWholeRange() {
        long windows = 226_000;
        long[] slot = new DataAssignment(RUN, windows, CRYPTO).windows(0, 4800, 2400);
        long[] tenths = new long[10];
        for (long window : slot) {
            tenths[(int) (window * 10 / windows)]++;
        }
        for (long tenth : tenths) {
            assertThat(tenth).isBetween(180L, 300L);
        }
    }

    /** The order is law: another result here means another protocol version. */
    @Test
    void shouldKeepItsGoldenValues() {
        assertThat(new DataAssignment(new RunId(Hash.ZERO), 1000, CRYPTO).windows(0, 0, 6))
                .containsExactly(GOLDEN_WINDOWS);
        assertThat(DataAssignment.permute(List.of(0L, 10L, 20L, 30L, 40L, 50L, 60L), Hash.ZERO, 1, CRYPTO))
                .containsExactly(GOLDEN_SLOTS);
    }

    private static final long[] GOLDEN_WINDOWS = {639, 496, 615, 411, 979, 701};
    private static final Long[] GOLDEN_SLOTS = {60L, 40L, 0L, 50L, 10L, 30L, 20L};

    @Test
    void shouldPermuteByBeaconAndRound() {
        List<Long> starts = LongStream.range(0, 40).boxed().toList();
        Hash beacon = CRYPTO.sha256(new byte[] {7});
        List<Long> first = DataAssignment.permute(starts, beacon, 3, CRYPTO);

        assertThat(first).containsExactlyInAnyOrderElementsOf(starts).isNotEqualTo(starts);
        assertThat(DataAssignment.permute(starts, beacon, 3, CRYPTO)).isEqualTo(first);
        assertThat(DataAssignment.permute(starts, beacon, 4, CRYPTO)).isNotEqualTo(first);
        assertThat(DataAssignment.permute(starts, Hash.ZERO, 3, CRYPTO)).isNotEqualTo(first);
    }

    @Test
    void shouldGiveEachTrainerEverySlotInTurn() {
        List<Long> starts = List.of(0L, 1L, 2L, 3L, 4L, 5L);
        TreeSet<Long> seen = new TreeSet<>();
        for (long round = 1; round <= 60; round++) {
            seen.add(DataAssignment.permute(starts, Hash.ZERO, round, CRYPTO).getFirst());
        }
        assertThat(seen).containsExactlyElementsOf(starts);
    }
}

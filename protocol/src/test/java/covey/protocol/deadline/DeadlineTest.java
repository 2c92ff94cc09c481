package covey.protocol.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlineTest {
    private static final long CEILING_MS = 60_000;

    @Test
    void shouldBeTheCeilingInRoundOneD3() {
        assertThat(Deadline.of(List.of(1_000L), List.of(), CEILING_MS)).isEqualTo(new Deadline(1_000, CEILING_MS));
    }

    @Test
    void shouldLeaveTwoSecondsWhenArrivalsAreShortAndTightD3() {
        assertThat(closes(List.of(1_000L, 1_010L, 1_020L))).isEqualTo(3_010);
    }

    @Test
    void shouldLeaveAQuarterOfTheMedianWhenRoundsAreLongD3() {
        assertThat(closes(List.of(30_000L, 30_100L, 30_200L))).isEqualTo(30_100 + 30_100 / 4);
    }

    @Test
    void shouldLeaveFourDeviationsWhenArrivalsAreSpreadD3() {
        assertThat(closes(List.of(6_000L, 8_000L, 10_000L))).isEqualTo(8_000 + 4 * 2_000);
    }

    @Test
    void shouldNotPassTheCeilingD3() {
        assertThat(closes(List.of(10_000L, 30_000L, 59_000L))).isEqualTo(CEILING_MS);
    }

    @Test
    void shouldNotFallBelowHalfOfPastMediansD3() {
        assertThat(Deadline.of(List.of(100L), List.of(20_000L, 18_000L, 22_000L), CEILING_MS)
                        .closesMs())
                .isEqualTo(10_000);
    }

    @Test
    void shouldCutTrainingOffHalfwayBetweenMedianAndDeadlineH10() {
        assertThat(new Deadline(1_000, 3_000).cutOffMs()).isEqualTo(2_000);
    }

    static LongStream seeds() {
        return Seed.range(50);
    }

    /** Fewer than half of the arrivals, however early or late, move the deadline no further than the others do. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldIgnoreTheOrderAndBoundWhatAMinorityDoesD3(long number) {
        Seed seed = Seed.of(number);
        List<Long> honest = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            honest.add(5_000L + seed.nextInt(400));
        }
        List<Long> all = new ArrayList<>(honest);
        for (int i = 0; i < 4; i++) {
            all.add((long) seed.nextInt(60_000));
        }
        Deadline deadline = Deadline.of(all, List.of(5_000L), CEILING_MS);
        Collections.shuffle(all, new java.util.Random(number));

        assertThat(Deadline.of(all, List.of(5_000L), CEILING_MS)).as("%s", seed).isEqualTo(deadline);
        assertThat(deadline.medianMs()).as("%s", seed).isBetween(5_000L, 5_400L);
        assertThat(deadline.closesMs()).as("%s", seed).isBetween(7_000L, 7_400L);
    }

    private static long closes(List<Long> arrivals) {
        return Deadline.of(arrivals, List.of(1_000L), CEILING_MS).closesMs();
    }
}

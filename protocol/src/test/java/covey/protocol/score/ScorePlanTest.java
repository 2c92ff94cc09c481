package covey.protocol.score;

import static covey.protocol.score.WeightsTest.hotkey;
import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.assign.DataAssignment;
import covey.protocol.contribution.SampleRoot;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.Contributions;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScorePlanTest {
    private static final Genesis.Training NANO = Contributions.training(1);
    private static final int SLOT = NANO.batch() * NANO.innerSteps();
    private static final DataAssignment ASSIGNMENT =
            new DataAssignment(Contributions.RUN, 100_000, Contributions.CRYPTO);
    private static final ScorePlan PLAN = new ScorePlan(NANO, ASSIGNMENT, Contributions.CRYPTO);
    private static final List<Hotkey> TRAINERS =
            IntStream.rangeClosed(1, 9).mapToObj(WeightsTest::hotkey).toList();

    private static RoundState closed(long beacon) {
        Mark mark = new Mark(10, 1_000, new Hash(0, 0, 0, beacon));
        List<Long> slots = LongStream.range(0, TRAINERS.size() + 3L)
                .mapToObj(i -> i * SLOT)
                .toList();
        return new RoundState(
                4,
                mark,
                TRAINERS,
                List.of(hotkey(20)),
                new TreeMap<>(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                slots,
                0,
                List.of(),
                Optional.of(mark),
                new TreeMap<>(),
                Collections.emptySortedSet(),
                Optional.empty(),
                new TreeMap<>());
    }

    private static List<Long> assigned(int slot, int count) {
        return LongStream.of(ASSIGNMENT.windows(0, (long) slot * SLOT, count))
                .boxed()
                .toList();
    }

    @Test
    void shouldDrawOwnSamplesFromThoseTrainedOn() {
        List<Long> own = PLAN.own(closed(1), TRAINERS.get(2), 7);
        assertThat(own).hasSize(16).doesNotHaveDuplicates();
        assertThat(assigned(2, 7 * NANO.batch())).containsAll(own);
        assertThat(PLAN.own(closed(2), TRAINERS.get(2), 7)).isNotEqualTo(own);
        assertThat(assigned(TRAINERS.size(), SLOT)).containsAll(PLAN.own(closed(1), hotkey(20), NANO.innerSteps()));
    }

    @Test
    void shouldDrawRandomSamplesThatNobodyWasAssigned() {
        List<Long> random = PLAN.random(closed(1));
        assertThat(random).hasSize(16);
        assertThat(new HashSet<>(assigned(0, (TRAINERS.size() + 2) * SLOT))).doesNotContainAnyElementsOf(random);
    }

    @Test
    void shouldKnowTheSampleRootOfAnAssignment() {
        long[] windows = ASSIGNMENT.windows(0, SLOT, 5 * NANO.batch());
        Hash root = SampleRoot.of(windows, windows.length, Contributions.CRYPTO);
        assertThat(PLAN.isAssigned(closed(1), TRAINERS.get(1), 5, root)).isTrue();
        assertThat(PLAN.isAssigned(closed(1), TRAINERS.get(1), 6, root)).isFalse();
        assertThat(PLAN.isAssigned(closed(1), TRAINERS.get(0), 5, root)).isFalse();
    }

    @Test
    void shouldCostLessThanOneTrainersRound() {
        int losses = PLAN.samples() * (1 + 3 * PLAN.trainers());
        assertThat(losses).isLessThan(3 * SLOT);
        assertThat(PLAN.trainers()).isEqualTo(5);
    }

    @Test
    void shouldMeasureEverybodyWithinABoundedNumberOfRounds() {
        Map<Hotkey, Long> last = new TreeMap<>();
        for (long round = 1; round <= 2; round++) {
            long number = round;
            PLAN.choose(closed(round), TRAINERS, h -> last.getOrDefault(h, 0L)).forEach(h -> last.put(h, number));
        }
        assertThat(last.keySet()).containsExactlyElementsOf(TRAINERS);
        assertThat(PLAN.choose(closed(5), TRAINERS, h -> 0)).isNotEqualTo(PLAN.choose(closed(6), TRAINERS, h -> 0));
    }
}

package covey.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.check.Violation;
import covey.chaos.cover.Tally;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SMOKE = 300;

    /** {@code -Dcovey.seeds=N} makes it longer, {@code -Dcovey.seed=S} shorter. */
    private static LongStream seeds() {
        Long only = Long.getLong("covey.seed");
        return only == null ? LongStream.range(0, Integer.getInteger("covey.seeds", SMOKE)) : LongStream.of(only);
    }

    @Test
    void shouldBreakNoRuleHealAndBeStruckByAllThereIs() {
        Queue<String> broken = new ConcurrentLinkedQueue<>();
        Queue<Tally> runs = new ConcurrentLinkedQueue<>();
        seeds().parallel().forEach(seed -> {
            try {
                runs.add(Simulation.run(seed, 30).tally());
            } catch (Violation e) {
                broken.add(e.getMessage() + "\nrun it again: ./covey sim --seed " + seed);
            }
        });
        assertThat(broken).isEmpty();
        if (runs.size() >= SMOKE) {
            assertThat(sum(runs).missed())
                    .as("never hit in %d seeds", runs.size())
                    .isEmpty();
        }
    }

    private static Tally sum(Collection<Tally> runs) {
        Tally sum = new Tally();
        runs.forEach(sum::add);
        return sum;
    }

    @Test
    void shouldGiveTheSameHistoryWhenTheSeedIsTheSame() {
        List<Long> histories = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            histories.add(Simulation.run(7, 10).history());
        }
        assertThat(histories.getFirst()).isEqualTo(histories.getLast());
        assertThat(Simulation.run(8, 10).history()).isNotEqualTo(histories.getFirst());
    }
}

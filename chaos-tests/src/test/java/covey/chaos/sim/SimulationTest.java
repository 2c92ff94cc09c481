package covey.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    /** {@code -Dcovey.seeds=N} makes it longer, {@code -Dcovey.seed=S} shorter. */
    private static LongStream seeds() {
        Long only = Long.getLong("covey.seed");
        return only == null ? LongStream.range(0, Integer.getInteger("covey.seeds", 100)) : LongStream.of(only);
    }

    @Test
    void shouldBreakNoRuleAndHealWhateverTheSeed() {
        Queue<String> broken = new ConcurrentLinkedQueue<>();
        seeds().parallel().forEach(seed -> {
            try {
                Simulation.run(seed, 30);
            } catch (Violation e) {
                broken.add(e.getMessage() + "\nrun it again: ./covey sim --seed " + seed);
            }
        });
        assertThat(broken).isEmpty();
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

package covey.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultPlanTest {
    private static final List<String> TRAINERS = List.of("trainer-1", "trainer-2", "trainer-3");

    @Test
    void shouldBeTheSameForTheSameSeed() {
        assertThat(FaultPlan.draw(7, TRAINERS, 10)).isEqualTo(FaultPlan.draw(7, TRAINERS, 10));
        assertThat(FaultPlan.draw(7, TRAINERS, 10)).isNotEqualTo(FaultPlan.draw(8, TRAINERS, 10));
    }

    @Test
    void shouldStrikeOncePerPhaseWithRoundsToComeBackIn() {
        for (long seed = 0; seed < 200; seed++) {
            for (int rounds = FaultPlan.ROUNDS_MIN; rounds < 30; rounds++) {
                List<FaultPlan.Strike> strikes =
                        FaultPlan.draw(seed, TRAINERS, rounds).strikes();

                assertThat(strikes)
                        .extracting(strike -> strike.point().phase())
                        .containsExactly("TRAIN", "COMMIT", "COLLECT");
                assertThat(strikes)
                        .extracting(FaultPlan.Strike::round)
                        .isSorted()
                        .doesNotHaveDuplicates();
                assertThat(strikes.getFirst().round()).isGreaterThanOrEqualTo(2);
                assertThat(strikes.getLast().round()).isLessThanOrEqualTo(rounds - 2L);
            }
        }
    }

    @Test
    void shouldReadWhatItWrote(@TempDir Path directory) throws IOException {
        FaultPlan plan = FaultPlan.draw(3, TRAINERS, 12);
        Path file = directory.resolve("faults.json");
        plan.write(file);

        assertThat(FaultPlan.read(file)).isEqualTo(plan);
    }
}

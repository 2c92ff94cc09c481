package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.process.StormPlan.PlannedFault;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StormPlanTest {
    private static final long LENGTH_MS = 1_800_000;
    private static final Crew CREW = new Crew(
            List.of("trainer-1", "trainer-2", "trainer-3"),
            List.of("validator-1", "validator-2", "validator-3"),
            List.of("validator-1", "validator-2", "validator-3"),
            List.of("observer-1"),
            List.of("trainer-3", "validator-3"));

    private static StormPlan plan(long seed, Set<FaultKind> kinds) {
        return StormPlan.draw(seed, LENGTH_MS, 18_000, StormPlan.pairs(CREW, kinds));
    }

    @Test
    void shouldDrawTheSamePlanFromTheSameSeed() {
        StormPlan plan = plan(7, EnumSet.allOf(FaultKind.class));

        assertThat(plan(7, EnumSet.allOf(FaultKind.class))).isEqualTo(plan);
        assertThat(plan(8, EnumSet.allOf(FaultKind.class))).isNotEqualTo(plan);
    }

    @Test
    void shouldStrikeWithEveryKindAtLeastEvery20Seconds() {
        List<PlannedFault> faults = plan(7, EnumSet.allOf(FaultKind.class)).faults();

        assertThat(faults).extracting(PlannedFault::kind).contains(FaultKind.values());
        assertThat(faults)
                .extracting(PlannedFault::victim)
                .contains(StormPlan.WRITER, StormPlan.OLDEST, StormPlan.HALF, "observer-1", "trainer-1");
        for (int i = 1; i < faults.size(); i++) {
            assertThat(faults.get(i).atMs() - faults.get(i - 1).atMs()).isBetween(1L, 20_000L);
        }
    }

    /** Rules A3 and C5. */
    @Test
    void shouldWipeObserversOnly() {
        List<PlannedFault> faults =
                plan(7, EnumSet.of(FaultKind.WIPE, FaultKind.KILL)).faults();

        assertThat(faults)
                .filteredOn(fault -> fault.kind() == FaultKind.WIPE)
                .extracting(PlannedFault::victim)
                .containsOnly("observer-1");
        assertThat(faults).extracting(PlannedFault::kind).containsOnly(FaultKind.WIPE, FaultKind.KILL);
    }
}

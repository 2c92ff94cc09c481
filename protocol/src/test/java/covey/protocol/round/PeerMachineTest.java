package covey.protocol.round;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.TestRun;
import org.junit.jupiter.api.Test;

class PeerMachineTest {
    private final TestRun run = TestRun.of(3, 2, 1);
    private final PeerSim sim = new PeerSim(run);

    @Test
    void shouldSettleTheSameRootsOnEveryNode() {
        sim.until(7);

        for (long round = 1; round <= 7; round++) {
            assertThat(sim.roots(round)).hasSize(5);
            assertThat(sim.roots(round).values())
                    .as("round %s", round)
                    .containsOnly(sim.trainer(0).settledRoots.get(round));
            assertThat(run.state().sealed(round).orElseThrow().collectSet()).hasSize(3);
        }
        assertThat(run.state().appliedRounds()).isEqualTo(7);
        sim.nodes.values().forEach(n -> assertThat(n.halted()).isFalse());
    }
}

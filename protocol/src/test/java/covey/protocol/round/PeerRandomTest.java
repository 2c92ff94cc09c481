package covey.protocol.round;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.round.PeerSim.Node;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs that come late, twice and in another order, and deaths in between: nobody fails, and all get the same roots.
 */
class PeerRandomTest {
    private static final int STEPS = 1_500;
    /** A low ceiling, so that dead trainers don't take all of the steps. */
    private static final Genesis.Timing TIMING = new Genesis.Timing(200, 1000, 5_000, 10_000, 3, 2, 64);

    static LongStream seeds() {
        return Seed.range(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldConvergeWhateverTheOrder(long number) {
        Seed random = Seed.of(number);
        PeerSim sim = new PeerSim(TestRun.of(3, 2, 1, TIMING));
        for (int i = 0; i < STEPS; i++) {
            sim.randomStep(random);
            strike(sim, random);
        }
        sim.nodes.values().stream().filter(n -> !n.up).forEach(Node::start);
        long sealed = sim.run.state().lastSealed();
        sim.until(sealed + 3);

        assertThat(sealed).as("%s", random).isGreaterThan(1);
        for (Node node : sim.nodes.values()) {
            assertThat(node.state.halted()).as("%s", random).isEmpty();
            assertThat(node.state.outer().settled()).as("%s", random).isEqualTo(sealed + 3);
        }
        for (long round = 1; round <= sealed + 3; round++) {
            SortedSet<ContentId> roots = new TreeSet<>(sim.roots(round).values());
            assertThat(roots).as("round %s, %s", round, random).hasSize(1);
        }
        assertThat(sim.run.state().sealed(sealed + 3).orElseThrow().collectSet())
                .as("%s", random)
                .hasSize(3);
    }

    private static void strike(PeerSim sim, Seed random) {
        List<Node> nodes = List.copyOf(sim.nodes.values());
        Node node = nodes.get(random.nextInt(nodes.size()));
        if (node.up && random.nextInt(150) == 0) {
            node.kill();
        } else if (!node.up && random.nextInt(30) == 0) {
            node.start();
        }
    }
}

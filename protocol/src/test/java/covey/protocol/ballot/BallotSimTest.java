package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random storms. More of them: {@code mvn -pl protocol -am test -Dtest=BallotSimTest -Dcovey.excludedGroups=}. */
class BallotSimTest {
    private static final Set<BallotFault> NONE = EnumSet.noneOf(BallotFault.class);

    @Test
    void shouldStayOneChainAndGoOnAfterAStorm() {
        Seed.range(2_000)
                .forEach(seed -> assertThat(BallotSim.run(seed, NONE).heights())
                        .as("seed " + seed)
                        .isPositive());
    }

    @Test
    @Tag("soak")
    void shouldStayOneChainInManyStorms() {
        long blocks = 0;
        long slowestMs = 0;
        for (long seed : Seed.range(20_000).toArray()) {
            BallotSim.Outcome outcome = BallotSim.run(seed, NONE);
            blocks += outcome.heights();
            slowestMs = Math.max(slowestMs, outcome.healedMs());
        }
        System.out.println(blocks + " blocks, slowest healing " + slowestMs + " ms");
        assertThat(blocks).isPositive();
    }

    @Test
    void sameSeedShouldGiveTheSameHistory() {
        Seed.range(20)
                .forEach(seed ->
                        assertThat(BallotSim.run(seed, NONE)).as("seed " + seed).isEqualTo(BallotSim.run(seed, NONE)));
    }
}

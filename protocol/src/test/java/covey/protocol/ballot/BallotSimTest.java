package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random storms. More of them: {@code mvn -pl protocol -am test -Dtest=BallotSimTest -Dcovey.excludedGroups=none}. */
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
        Seed.range(20_000)
                .forEach(seed -> assertThat(BallotSim.run(seed, NONE).heights())
                        .as("seed " + seed)
                        .isPositive());
    }

    @Test
    void sameSeedShouldGiveTheSameHistory() {
        Seed.range(20)
                .forEach(seed ->
                        assertThat(BallotSim.run(seed, NONE)).as("seed " + seed).isEqualTo(BallotSim.run(seed, NONE)));
    }
}

package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error put into a rule on purpose is found. (Votes counted wrongly: ProposerRulesTest.) */
class BallotFaultTest {
    @ParameterizedTest
    @EnumSource(
            value = BallotFault.class,
            names = {"ACK_OF_OTHER_HEIGHT", "ACK_OF_OTHER_HASH", "ACK_OF_OTHER_BALLOT"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldFindTheErrorInSomeStorm(BallotFault fault) {
        Optional<String> found = Seed.range(1_000)
                .mapToObj(seed -> violation(seed, fault))
                .flatMap(Optional::stream)
                .findFirst();
        assertThat(found).as(fault.name()).isPresent();
    }

    private static Optional<String> violation(long seed, BallotFault fault) {
        try {
            BallotSim.run(seed, EnumSet.of(fault));
            return Optional.empty();
        } catch (VoteWatch.Violation e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}

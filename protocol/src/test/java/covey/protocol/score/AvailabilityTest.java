package covey.protocol.score;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Statement.Root;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Availability.Claim;
import covey.protocol.testing.TestRun;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final Hotkey A = new Hotkey(new Hash(1, 0, 0, 0));
    private static final Hotkey B = new Hotkey(new Hash(2, 0, 0, 0));

    private static Availability after(Availability from, Hotkey peer, int hits, int misses) {
        Availability next = from;
        for (int i = 0; i < hits + misses; i++) {
            next = next.after(peer, i < hits);
        }
        return next;
    }

    @Test
    void shouldWeighInProportionToWhatWasAnsweredLately() {
        Availability two = after(after(Availability.EMPTY, A, 20, 0), B, 20, 8);
        assertThat(two.weights().get(A)).isEqualTo(65_535);
        assertThat(two.weights().get(B)).isBetween(22_000, 23_000);
        assertThat(two.peers()).hasEntrySatisfying(B, record -> {
            assertThat(record.answered()).isEqualTo(20);
            assertThat(record.asked()).isEqualTo(28);
        });
    }

    @Test
    void shouldWeighNobodyBeforeThreeChallengesOrWithoutAnswers() {
        assertThat(after(Availability.EMPTY, A, 2, 0).weights()).isEmpty();
        assertThat(after(Availability.EMPTY, A, 3, 0).weights()).containsKey(A);
        assertThat(after(Availability.EMPTY, A, 0, 5).weights()).isEmpty();
        assertThat(after(Availability.EMPTY, A, 5, 200).weights()).isEmpty();
        assertThat(after(Availability.EMPTY, A, 9, 0).only(B::equals).weights()).isEmpty();
    }

    @Test
    void shouldClaimContributionsSinceTheCheckpointAndTheCheckpointOfItsSigners() {
        TestRun run = TestRun.of(2, 1, 1).open().finishRound();
        Hotkey first = run.trainer(0).hotkey();
        assertThat(Availability.claims(run.state(), first, 500))
                .containsExactly(new Claim(
                        run.state().sealed(1).orElseThrow().collectSet().stream()
                                .filter(c -> c.hotkey().equals(first))
                                .findFirst()
                                .orElseThrow()
                                .contribution(),
                        1_000));
        run.rootAll().commitAll().acceptAll();
        run.trainer(0, new Root(2, run.root(2)))
                .validator(0, new Root(2, run.root(2)))
                .block();
        assertThat(Availability.claims(run.state(), first, 500)).containsExactly(new Claim(run.root(2), 500));
        assertThat(Availability.claims(run.state(), run.trainer(1).hotkey(), 500))
                .isEmpty();
    }
}

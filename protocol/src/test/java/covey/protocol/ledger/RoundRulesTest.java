package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.TestRun;
import org.junit.jupiter.api.Test;

class RoundRulesTest {
    @Test
    void shouldSealRoundAfterRoundWhenNothingFails() {
        TestRun run = TestRun.of(3, 1, 1).open();
        assertThat(run.round().round()).isEqualTo(1);

        for (int round = 1; round <= 20; round++) {
            run.finishRound();
            assertThat(run.rejections()).isEmpty();
            assertThat(run.state().lastSealed()).isEqualTo(round);
            assertThat(run.state().sealed(round).orElseThrow().collectSet())
                    .extracting(RoundState.Commitment::hotkey)
                    .containsExactly(
                            run.trainer(0).hotkey(),
                            run.trainer(1).hotkey(),
                            run.trainer(2).hotkey());
            assertThat(run.round().eligible()).hasSize(3);
        }
        assertThat(run.state().appliedRounds()).isEqualTo(20);
        assertThat(run.state().checkpoint().orElseThrow().round()).isEqualTo(18);
        assertThat(run.state().agreedRoot(18)).contains(run.root(18));
    }
}

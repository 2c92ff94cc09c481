package covey.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.transfer.TransferActor.Look;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Rounds;
import covey.protocol.model.ContentId;
import covey.protocol.testing.TestRun;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LookTest {
    private final TestRun run = TestRun.of(2, 1, 1).open();

    private LedgerState agreeing(TreeMap<Long, ContentId> agreed) {
        LedgerState state = run.state();
        Rounds rounds = state.rounds();
        return new LedgerState(
                state.height(),
                state.blockHash(),
                state.timeMs(),
                state.beacon(),
                state.registry(),
                state.nonces(),
                new Rounds(
                        rounds.current(),
                        16,
                        16,
                        rounds.sealed(),
                        rounds.roots(),
                        agreed,
                        rounds.checkpoint(),
                        rounds.standings(),
                        rounds.data(),
                        rounds.readyCount(),
                        rounds.halted()),
                state.trusts(),
                state.economy());
    }

    /** Rule D11: a signer serves a checkpoint until two later ones are agreed, also when it was started again. */
    @Test
    void shouldLookForEarlierCheckpointsToo() {
        TreeMap<Long, ContentId> agreed = new TreeMap<>();
        agreed.put(8L, run.content("after 8"));
        agreed.put(16L, run.content("after 16"));

        assertThat(Look.of(agreeing(agreed)).contents()).contains(run.content("after 8"), run.content("after 16"));
    }
}

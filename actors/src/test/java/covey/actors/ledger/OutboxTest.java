package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Role;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Statement READY = new Statement.Ready(0);

    private final TestLedger ledger = new TestLedger(1);
    private final AtomicLong nonces = new AtomicLong(1_000);
    private final Outbox outbox =
            new Outbox(ledger.run, ledger.machine, ledger.roles.trainer(0), nonces::incrementAndGet);
    private LedgerState state = ledger.machine.initial();

    private SignedTransaction say(Statement statement) {
        return outbox.say(Role.TRAINER, statement, state).orElseThrow();
    }

    private void block(SignedTransaction... transactions) {
        Block block = ledger.block(state, List.of(transactions));
        LedgerMachine.Applied applied = ledger.machine.apply(state, block);
        outbox.settle(ledger.certify(state, block), applied.rejections(), applied.next());
        state = applied.next();
    }

    private Statement.Commit commit(long round) {
        return new Statement.Commit(round, new ContentId(ledger.run.hash()), 10);
    }

    @Test
    void shouldSayEqualStatementsOnce() {
        SignedTransaction said = say(READY);
        assertThat(outbox.say(Role.TRAINER, READY, state)).isEmpty();
        assertThat(outbox.resend(state)).containsExactly(said);
    }

    @Test
    void shouldForgetWhatIsCertified() {
        block(say(READY));
        assertThat(outbox.size()).isZero();
    }

    @Test
    void shouldForgetAStatementThatStandsThereUnderAnotherNonce() {
        say(READY);
        block(ledger.signed(ledger.roles.trainer(0), Role.TRAINER, READY, 50));
        assertThat(outbox.size()).isZero();
    }

    @Test
    void shouldNotSayWhatStandsThereAlready() {
        block(ledger.ready(0));
        assertThat(outbox.say(Role.TRAINER, READY, state)).isEmpty();
        assertThat(outbox.size()).isZero();
    }

    @Test
    void shouldKeepWhatWasRejectedOnlyForNow() {
        SignedTransaction early = say(commit(1));
        block(early);
        assertThat(outbox.resend(state)).containsExactly(early);
        block(ledger.ready(0), ledger.ready(1));
        assertThat(state.round()).isPresent();
        block(early);
        assertThat(outbox.size()).isZero();
    }

    @Test
    void shouldForgetWhatWasRejectedForGood() {
        SignedTransaction first = say(commit(1));
        block(
                ledger.ready(0),
                ledger.ready(1),
                ledger.signed(
                        ledger.roles.trainer(0),
                        Role.TRAINER,
                        new Statement.Commit(1, ledger.genesis.thetaRoot(), 10),
                        50));
        assertThat(state.round().orElseThrow().round()).isEqualTo(1);
        block(ledger.signed(
                ledger.roles.trainer(0), Role.TRAINER, new Statement.Commit(1, ledger.genesis.thetaRoot(), 10), 50));
        block(first);
        assertThat(outbox.size()).isZero();
    }

    @Test
    void shouldSignAnewWhatExpired() {
        SignedTransaction first = say(commit(1));
        while (state.height() < first.transaction().expiryHeight()) {
            block();
        }
        SignedTransaction second = outbox.resend(state).getFirst();
        assertThat(second.transaction().statement())
                .isEqualTo(first.transaction().statement());
        assertThat(second.transaction().nonce())
                .isNotEqualTo(first.transaction().nonce());
        assertThat(second.transaction().expiryHeight()).isGreaterThan(state.height());
    }

    @Test
    void shouldNotSayWhatIsOver() {
        assertThat(outbox.say(Role.TRAINER, commit(0), state)).isEmpty();
        assertThat(outbox.size()).isZero();
    }
}

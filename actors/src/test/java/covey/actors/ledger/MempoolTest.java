package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.TransactionRejection;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MempoolTest {
    private final TestLedger ledger = new TestLedger(1);
    private LedgerState state = ledger.machine.initial();
    private final Mempool mempool = new Mempool(ledger.machine, state);

    private Optional<Reason> add(SignedTransaction signed) {
        return mempool.add(signed).map(TransactionRejection::reason);
    }

    private SignedTransaction trainer(Statement statement, long expiryHeight) {
        return ledger.signed(ledger.roles.trainer(0), Role.TRAINER, statement, expiryHeight);
    }

    private Statement.Commit commit(long round) {
        return new Statement.Commit(round, new ContentId(ledger.run.hash()), 10);
    }

    private void block(SignedTransaction... transactions) {
        Block block = ledger.block(state, List.of(transactions));
        state = ledger.machine.apply(state, block).next();
        mempool.advance(block, state);
    }

    @Test
    void shouldTakeATransactionOnceAndKeepTheOrder() {
        SignedTransaction one = ledger.ready(0);
        SignedTransaction two = ledger.ready(1);
        assertThat(add(one)).isEmpty();
        assertThat(add(two)).isEmpty();
        assertThat(add(one)).isEmpty();
        assertThat(mempool.waiting()).containsExactly(one, two);
    }

    @Test
    void shouldDropWhatABlockHolds() {
        SignedTransaction one = ledger.ready(0);
        SignedTransaction two = ledger.ready(1);
        add(one);
        add(two);
        block(one);
        assertThat(mempool.waiting()).containsExactly(two);
        assertThat(add(one)).contains(Reason.NONCE);
    }

    @Test
    void shouldKeepWhatMayCountLaterUntilItExpires() {
        SignedTransaction early = trainer(commit(1), 2);
        assertThat(add(early)).isEmpty();
        block();
        assertThat(mempool.waiting()).containsExactly(early);
        block();
        assertThat(mempool.waiting()).isEmpty();
        assertThat(add(early)).contains(Reason.EXPIRY);
    }

    @Test
    void shouldRefuseWhatNeverCounts() {
        SignedTransaction ready = ledger.ready(0);
        Crypto.Signer stranger = TestCrypto.signer(77);
        assertThat(add(new SignedTransaction(
                        ready.transaction(), ledger.ready(1).signature())))
                .contains(Reason.SIGNATURE);
        assertThat(add(ledger.signed(stranger, Role.TRAINER, new Statement.Ready(0), 9)))
                .contains(Reason.NOT_REGISTERED);
        assertThat(add(ledger.signed(ledger.roles.trainer(0), Role.VALIDATOR, new Statement.Ready(0), 9)))
                .contains(Reason.ROLE);
        assertThat(add(trainer(new Statement.Ready(0), Limits.EXPIRY_MAX_HEIGHTS + 2L)))
                .contains(Reason.EXPIRY);
        assertThat(add(trainer(commit(0), 9))).contains(Reason.WRONG_ROUND);
        assertThat(mempool.waiting()).isEmpty();
    }

    @Test
    void shouldHoldOnlySoManyOfOneHotkey() {
        for (int i = 0; i < Limits.MEMPOOL_HOTKEY_COUNT; i++) {
            assertThat(add(trainer(commit(i + 1), 100))).isEmpty();
        }
        assertThat(add(trainer(commit(1), 100))).contains(Reason.QUOTA);
        assertThat(add(ledger.ready(1))).isEmpty();
    }

    /** Else it would count as soon as its subject is back. */
    @Test
    void shouldDropAnAbsentThatAnotherAuthoritySaidFirst() {
        TestLedger three = new TestLedger(3);
        LedgerState start = three.machine.initial();
        Mempool pool = new Mempool(three.machine, start);
        Hotkey subject = three.roles.trainer(0).hotkey();
        SignedTransaction first = absent(three, 0, subject);
        SignedTransaction second = absent(three, 1, subject);
        SignedTransaction ofAnother = absent(three, 1, three.roles.trainer(1).hotkey());
        assertThat(pool.add(first)).isEmpty();
        assertThat(pool.add(second)).isEmpty();
        assertThat(pool.add(ofAnother)).isEmpty();
        Block block = three.block(start, List.of(first));
        pool.advance(block, three.machine.apply(start, block).next());
        assertThat(pool.waiting()).containsExactly(ofAnother);
    }

    private static SignedTransaction absent(TestLedger ledger, int authority, Hotkey subject) {
        return ledger.signed(
                ledger.authorities.get(authority), Role.AUTHORITY, new Statement.Absent(1, subject, "gone"), 100);
    }
}

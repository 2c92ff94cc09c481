package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerMachineTest {
    private static SignedTransaction signed(
            TestRun run, Crypto.Signer signer, Role role, long nonce, long expiryHeight, Statement statement) {
        return TransactionCodec.sign(
                new Transaction(run.runId(), signer.hotkey(), role, nonce, expiryHeight, statement), signer);
    }

    private static SignedTransaction ready(TestRun run, int trainer, long nonce, long expiryHeight) {
        return signed(run, run.trainer(trainer), Role.TRAINER, nonce, expiryHeight, new Ready(0));
    }

    // ---- B1

    @Test
    void shouldRefuseATransactionOfAnotherRunB1() {
        TestRun run = TestRun.of(2, 1, 1);
        Crypto.Signer signer = run.trainer(0);
        Transaction foreign =
                new Transaction(new RunId(run.hashOf("other")), signer.hotkey(), Role.TRAINER, 1, 10, new Ready(0));
        run.submit(TransactionCodec.sign(foreign, signer)).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_RUN);
    }

    @Test
    void shouldRefuseAnExpiredTransactionB1() {
        TestRun run = TestRun.of(2, 1, 1).block().block();
        run.submit(ready(run, 0, 1, 2)).block();
        assertThat(run.reasons()).containsExactly(Reason.EXPIRY);
        run.submit(ready(run, 0, 1, 4)).block();
        assertThat(run.rejections()).isEmpty();
    }

    @Test
    void shouldRefuseAnExpiryTooFarAheadB1() {
        TestRun run = TestRun.of(2, 1, 1);
        run.submit(ready(run, 0, 1, 2 + Limits.EXPIRY_MAX_HEIGHTS));
        run.submit(ready(run, 1, 1, 1 + Limits.EXPIRY_MAX_HEIGHTS));
        run.submit(ready(run, 0, 2, Long.MAX_VALUE)).submit(ready(run, 0, 3, Long.MIN_VALUE));
        run.block();
        assertThat(run.reasons()).containsExactly(Reason.EXPIRY, Reason.EXPIRY, Reason.EXPIRY);
        assertThat(run.rejections()).extracting(TransactionRejection::index).containsExactly(0, 2, 3);
    }

    @Test
    void shouldRefuseASignatureOfAnotherKeyB1() {
        TestRun run = TestRun.of(2, 1, 1);
        Transaction transaction =
                run.signed(run.trainer(0), Role.TRAINER, new Ready(0)).transaction();
        run.submit(TransactionCodec.sign(transaction, run.trainer(1)));
        run.submit(new SignedTransaction(transaction, Bytes.of(new byte[64]))).block();
        assertThat(run.reasons()).containsExactly(Reason.SIGNATURE, Reason.SIGNATURE);
    }

    @Test
    void shouldRefuseAStrangerB1() {
        TestRun run = TestRun.of(2, 1, 1);
        run.say(TestCrypto.signer(77), Role.TRAINER, new Ready(0)).block();
        assertThat(run.reasons()).containsExactly(Reason.NOT_REGISTERED);
    }

    @Test
    void shouldRefuseARoleThatTheHotkeyLacksA3() {
        TestRun run = TestRun.of(2, 1, 1);
        run.say(run.trainer(0), Role.VALIDATOR, new Ready(0)).block();
        assertThat(run.reasons()).containsExactly(Reason.ROLE);
    }

    @Test
    void shouldRefuseWhatTheRoleMayNotSayA3() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.trainer(0, new Attest(1, List.of()));
        run.trainer(0, new Absent(1, run.trainer(1).hotkey(), "gone"));
        run.validator(0, new Present(1, run.trainer(1).hotkey(), "here"));
        run.validator(0, new Commit(1, run.content("x"), 1));
        run.authority(0, new Ready(0)).block();
        assertThat(run.reasons()).hasSize(5).containsOnly(Reason.ROLE);
    }

    @Test
    void shouldRefuseANonceUntilItsTransactionExpiresB1() {
        TestRun run = TestRun.of(2, 1, 1);
        Absent gone = new Absent(1, run.trainer(0).hotkey(), "gone");
        Present back = new Present(1, run.trainer(0).hotkey(), "back");
        SignedTransaction first = signed(run, run.authority(0), Role.AUTHORITY, 5, 2, gone);
        run.submit(first).block();
        run.submit(signed(run, run.authority(0), Role.AUTHORITY, 5, 9, back))
                .submit(first)
                .block();
        assertThat(run.reasons()).containsExactly(Reason.NONCE, Reason.NONCE);

        run.submit(first)
                .submit(signed(run, run.authority(0), Role.AUTHORITY, 5, 9, back))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.EXPIRY);
        assertThat(run.state().nonces()).hasSize(1);
        run.pass(7_000);
        assertThat(run.state().nonces()).isEmpty();
    }

    @Test
    void shouldNotUseUpTheNonceOfARejectedTransactionB1() {
        TestRun run = TestRun.of(1, 1, 1);
        SignedTransaction early = signed(run, run.trainer(0), Role.TRAINER, 3, 50, new Commit(1, run.content("x"), 10));
        run.submit(early).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
        run.open().submit(early).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().commits()).hasSize(1);
    }

    @Test
    void shouldKeepAHotkeyWithinItsQuotaOfABlockB1() {
        TestRun run = TestRun.of(2, 1, 1);
        for (int i = 0; i < 10; i++) {
            run.authority(0, new Absent(1, run.trainer(0).hotkey(), "gone"));
            run.authority(0, new Present(1, run.trainer(0).hotkey(), "back"));
        }
        run.trainer(0, new Ready(0)).block();
        assertThat(run.reasons()).hasSize(4).containsOnly(Reason.QUOTA);
    }

    @Test
    void shouldApplyTheSameBlockToTheSameState() {
        TestRun run = TestRun.of(3, 1, 1).open();
        LedgerState before = run.state();
        run.commitAll();
        Block block = run.blocks().getLast();
        LedgerMachine other = new LedgerMachine(run.genesis(), run.runId(), run.crypto());
        LedgerState again = other.apply(before, block).next();
        assertThat(again).isEqualTo(run.state());
        assertThat(other.stateHash(again)).isEqualTo(run.machine().stateHash(run.state()));
        assertThat(other.stateHash(before)).isNotEqualTo(other.stateHash(again));
    }

    @Test
    void shouldThrowWhenTheBlockIsNotTheNext() {
        TestRun run = TestRun.of(2, 1, 1);
        Block first = run.blockOf(100, 0, List.of());
        run.block();
        assertThatThrownBy(() -> run.machine().apply(run.state(), first))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 2");
    }

    @Test
    void shouldSayBeforehandWhetherATransactionWouldCount() {
        TestRun run = TestRun.of(2, 1, 1);
        SignedTransaction good = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        SignedTransaction bad = run.signed(run.trainer(0), Role.TRAINER, new Ready(4));
        assertThat(run.machine().check(run.state(), good)).isEmpty();
        assertThat(run.machine().check(run.state(), bad).orElseThrow().reason()).isEqualTo(Reason.WRONG_ROUND);
        assertThat(run.machine()
                        .check(run.state(), new SignedTransaction(good.transaction(), bad.signature()))
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.SIGNATURE);
    }

    // ---- B2, B5: what authorities vote for

    private static Block with(Block b, long height, Hash parent, long timeMs, int proposer) {
        return new Block(height, parent, timeMs, proposer, b.beaconSignature(), b.transactions());
    }

    @Test
    void shouldTakeTheNextBlockWhoeverProposesIt() {
        TestRun run = TestRun.of(2, 1, 3).block();
        for (int proposer = 0; proposer < 3; proposer++) {
            assertThat(run.machine().validateBlock(run.state(), run.blockOf(1, proposer, List.of())))
                    .isEmpty();
        }
        assertThat(run.machine().validateBlock(run.state(), run.blockOf(10_000, 0, List.of())))
                .isEmpty();
    }

    @Test
    void shouldRefuseABlockThatIsNotTheNext() {
        TestRun run = TestRun.of(2, 1, 3).block();
        LedgerState s = run.state();
        Block good = run.blockOf(100, 0, List.of());
        assertThat(run.machine().validateBlock(s, with(good, 3, good.parent(), good.timeMs(), 0)))
                .hasValueSatisfying(r -> assertThat(r).startsWith("block height"));
        assertThat(run.machine().validateBlock(s, with(good, 2, Hash.ZERO, good.timeMs(), 0)))
                .hasValueSatisfying(r -> assertThat(r).startsWith("block parent"));
    }

    @Test
    void shouldRefuseATimeStepOutOfRangeB2() {
        TestRun run = TestRun.of(2, 1, 3).block();
        for (long step : new long[] {0, -1, 10_001, Long.MIN_VALUE, Long.MAX_VALUE - 200}) {
            assertThat(run.machine().validateBlock(run.state(), run.blockOf(step, 0, List.of())))
                    .hasValueSatisfying(r -> assertThat(r).startsWith("block time step"));
        }
    }

    @Test
    void shouldRefuseABeaconThatIsNotTheProposersB5() {
        TestRun run = TestRun.of(2, 1, 3).block();
        Block good = run.blockOf(100, 0, List.of());
        Block stolen = with(good, 2, good.parent(), good.timeMs(), 1);
        assertThat(run.machine().validateBlock(run.state(), stolen))
                .hasValueSatisfying(r -> assertThat(r).startsWith("block beacon signature"));
        for (int proposer : new int[] {-1, 3}) {
            assertThat(run.machine().validateBlock(run.state(), with(good, 2, good.parent(), good.timeMs(), proposer)))
                    .hasValueSatisfying(r -> assertThat(r).startsWith("block proposer"));
        }
    }

    @Test
    void shouldRefuseABlockWithTooManyTransactions() {
        TestRun run = TestRun.of(1, 1, 1);
        SignedTransaction one = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        Block full = run.blockOf(100, 0, Collections.nCopies(Limits.BLOCK_MAX_TRANSACTIONS, one));
        Block over = run.blockOf(100, 0, Collections.nCopies(Limits.BLOCK_MAX_TRANSACTIONS + 1, one));
        assertThat(run.machine().validateBlock(run.state(), full)).isEmpty();
        assertThat(run.machine().validateBlock(run.state(), over)).isPresent();
    }

    @Test
    void shouldMakeTheBeaconIndependentOfTransactionsB5() {
        TestRun run = TestRun.of(1, 1, 1);
        Block empty = run.blockOf(100, 0, List.of());
        Block full = run.blockOf(100, 0, List.of(run.signed(run.trainer(0), Role.TRAINER, new Ready(0))));
        assertThat(BlockCodec.beacon(full, run.crypto())).isEqualTo(BlockCodec.beacon(empty, run.crypto()));
        assertThat(BlockCodec.hash(full, run.runId(), run.crypto()))
                .isNotEqualTo(BlockCodec.hash(empty, run.runId(), run.crypto()));
    }
}

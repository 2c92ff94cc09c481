package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.StoreFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rule B8. */
class LedgerReplayTest {
    private static final int K = Limits.SNAPSHOT_INTERVAL_BLOCKS;

    private final TestLedger ledger = new TestLedger(3);
    private final CertificateCheck check = new CertificateCheck(ledger.genesis, ledger.run, ledger.crypto);
    private final MemoryBlocks blocks = new MemoryBlocks();
    private LedgerState state = ledger.machine.initial();

    private void grow(int count) {
        for (int i = 0; i < count; i++) {
            List<SignedTransaction> said = state.height() == 0 ? List.of(ledger.ready(0), ledger.ready(1)) : List.of();
            CertifiedBlock block = ledger.certify(state, ledger.block(state, said));
            state = ledger.machine.apply(state, block.block()).next();
            blocks.append(block);
            LedgerSnapshot.keepIfDue(blocks, block, state);
        }
    }

    private LedgerReplay replay() {
        return LedgerReplay.of(blocks, ledger.machine, check);
    }

    private LedgerSnapshot kept() throws Exception {
        return LedgerSnapshot.decode(
                blocks.snapshot(state.height()).orElseThrow().toArray());
    }

    @Test
    void shouldBeginWithTheNewestSnapshotAndApplyWhatFollows() throws Exception {
        grow(2 * K + 3);
        assertThat(kept().block().block().height()).isEqualTo(2 * K);

        blocks.forget(2 * K);

        assertThat(replay().state()).isEqualTo(state);
        assertThat(replay().last()).isEqualTo(blocks.read(state.height()));
    }

    @Test
    void shouldBeTheSnapshotWhereNoBlockFollows() throws Exception {
        grow(K);
        blocks.forget(K);

        assertThat(replay()).isEqualTo(new LedgerReplay(state, Optional.of(kept().block())));
    }

    @Test
    void shouldTakeTheOneBeforeIfTheNewestIsDamaged() {
        grow(2 * K + 1);
        blocks.keep(2 * K, Bytes.of(new byte[] {1}));
        blocks.forget(K);

        assertThat(replay().state()).isEqualTo(state);
    }

    @Test
    void shouldNotBelieveASnapshotThatHashesToAnotherState() throws Exception {
        grow(K + 1);
        List<Bytes> all = forged(kept());
        for (Bytes one : all) {
            blocks.keep(K, one);
            assertThat(replay().state()).isEqualTo(state);
        }

        blocks.forget(K);

        for (Bytes one : all) {
            blocks.keep(K, one);
            assertThatThrownBy(this::replay)
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("height 1: absent, and no snapshot stands for it");
        }
    }

    /** Another state, a vote too few, and a byte too few. */
    private List<Bytes> forged(LedgerSnapshot snapshot) {
        CertifiedBlock block = snapshot.block();
        Hash stateHash = block.certificate().stateHash();
        byte[] bytes = snapshot.encode().toArray();
        return List.of(
                new LedgerSnapshot(block, state).encode(),
                new LedgerSnapshot(ledger.certify(block.block(), stateHash, 1), snapshot.state()).encode(),
                Bytes.wrap(Arrays.copyOf(bytes, bytes.length - 1)));
    }

    @Test
    void shouldNotBelieveAStateOfAHeightThatHasNoSnapshot() {
        grow(K + 1);
        LedgerSnapshot early = new LedgerSnapshot(blocks.read(state.height()).orElseThrow(), state);

        assertThat(early.wrong(check, ledger.machine))
                .contains("snapshot height: " + (K + 1) + " (expected: a multiple of " + K + ")");
    }
}

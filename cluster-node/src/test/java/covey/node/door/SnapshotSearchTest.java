package covey.node.door;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ballot.SignedVote;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule B8, over real TLS. */
class SnapshotSearchTest {
    private static final int K = Limits.SNAPSHOT_INTERVAL_BLOCKS;
    private static final Hotkey NEWCOMER = TestDoor.signer(77).hotkey();

    private final TestDoor door = TestDoor.authority(1);
    private final RunId run = door.genesis.runId();
    private final LedgerMachine machine = new LedgerMachine(door.genesis.genesis(), run, TestDoor.CRYPTO);
    private final CertificateCheck certificates = new CertificateCheck(door.genesis.genesis(), run, TestDoor.CRYPTO);

    @AfterEach
    void close() {
        door.close();
    }

    /** The state after K empty blocks, certified by the only authority. */
    private LedgerSnapshot snapshot() {
        LedgerState state = machine.initial();
        while (true) {
            byte[] beacon = BlockCodec.beaconMessage(run, state.height() + 1, state.beacon());
            Block block = new Block(
                    state.height() + 1,
                    state.blockHash(),
                    state.timeMs() + 200,
                    0,
                    door.signer.sign(beacon),
                    List.of());
            state = machine.apply(state, block).next();
            if (state.height() == K) {
                return new LedgerSnapshot(certify(block, machine.stateHash(state)), state);
            }
        }
    }

    private CertifiedBlock certify(Block block, Hash stateHash) {
        Hash hash = BlockCodec.hash(block, run, TestDoor.CRYPTO);
        SignedVote.Acked vote =
                new SignedVote.Acked(new BallotNumber(1, 0), block.height(), hash, stateHash, Bytes.EMPTY);
        var signed = new Certificate.Vote(0, door.signer.sign(vote.message(run)));
        return new CertifiedBlock(block, new Certificate(1, 0, hash, stateHash, List.of(signed)));
    }

    private Optional<LedgerSnapshot> ask(long historyBlocks, Hotkey self, DoorClient... doors) {
        return new SnapshotSearch(certificates, machine, historyBlocks, self).ask(List.of(doors));
    }

    @Test
    void shouldTakeWhatACertificateVouchesForIfTheLedgerIsLong() {
        LedgerSnapshot snapshot = snapshot();
        door.grow(K);
        long height = door.run.blocks().getLast().height();
        door.snapshot = Optional.of(snapshot.encode());

        assertThat(ask(height - 1, NEWCOMER, door.client())).contains(snapshot);
        assertThat(ask(height, NEWCOMER, door.client())).as("short").isEmpty();
    }

    @Test
    void shouldReadAllWhereTheLedgerKnowsTheKey() {
        door.grow(K);
        door.snapshot = Optional.of(snapshot().encode());

        assertThat(ask(1, door.signer.hotkey(), door.client())).isEmpty();
    }

    @Test
    void shouldTurnToTheNextDoorAfterOneThatHasNoneOrAForgedOneOrNoAnswer() {
        LedgerSnapshot good = snapshot();
        try (TestDoor none = TestDoor.authority(1);
                TestDoor forger = TestDoor.authority(1);
                TestDoor babbler = TestDoor.authority(1);
                TestDoor dead = TestDoor.authority(1)) {
            for (TestDoor each : List.of(none, forger, babbler, door)) {
                each.grow(K);
            }
            forger.snapshot = Optional.of(new LedgerSnapshot(good.block(), machine.initial()).encode());
            babbler.snapshot = Optional.of(Bytes.of(new byte[] {1, 2, 3}));
            door.snapshot = Optional.of(good.encode());
            dead.die();

            DoorClient[] bad = {none.client(), forger.client(), babbler.client(), dead.client()};
            assertThat(ask(1, NEWCOMER, bad)).isEmpty();
            assertThat(ask(1, NEWCOMER, bad[0], bad[1], bad[2], bad[3], door.client()))
                    .contains(good);
        }
    }
}

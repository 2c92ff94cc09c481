package covey.node.door;

import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ledger's snapshot for a node that has no block of it (rule B8). Whatever a door says, only a state that its
 * certificate vouches for is taken.
 *
 * @param historyBlocks a ledger of no more blocks is read from its first
 * @param self a key that the ledger knows reads all of it, so that statements that are not in its journal are found
 *     (rule A3)
 */
public record SnapshotSearch(CertificateCheck certificates, LedgerMachine machine, long historyBlocks, Hotkey self) {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSearch.class);

    /** Asks one door after the other; blocks, for seconds each. Empty: the ledger is to be read from its start. */
    public Optional<LedgerSnapshot> ask(List<DoorClient> doors) {
        for (DoorClient door : doors) {
            try {
                return door.height() <= historyBlocks
                        ? Optional.empty()
                        : Optional.of(sound(door)).filter(found -> !isKnown(found) && isEnough(found.state()));
            } catch (IOException e) {
                LOG.info("no snapshot: {}", e.getMessage());
            }
        }
        return Optional.empty();
    }

    private LedgerSnapshot sound(DoorClient door) throws IOException {
        LedgerSnapshot snapshot = door.snapshot();
        Optional<String> wrong = snapshot.wrong(certificates, machine);
        if (wrong.isPresent()) {
            throw new IOException("door " + door.door() + ": " + wrong.get());
        }
        return snapshot;
    }

    /** Whether it remembers all rounds since a checkpoint, so that θ can be reached (rule D11). */
    private static boolean isEnough(LedgerState state) {
        long from = state.checkpoint().map(LedgerState.Checkpoint::round).orElse(0L);
        return LongStream.rangeClosed(from + 1, state.lastSealed())
                .allMatch(round -> state.sealed(round).isPresent());
    }

    private boolean isKnown(LedgerSnapshot snapshot) {
        return snapshot.state().registry().entry(self).isPresent();
    }
}

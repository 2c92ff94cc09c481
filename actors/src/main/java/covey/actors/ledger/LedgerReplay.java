package covey.actors.ledger;

import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.BlockStore;
import covey.protocol.port.StoreFailure;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state after the blocks of a store.
 *
 * @param last of them
 */
public record LedgerReplay(LedgerState state, Optional<CertifiedBlock> last) {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerReplay.class);

    /**
     * Applies all blocks after the newest snapshot. Only the last certificate is checked, as its state hash vouches for
     * everything before it; another state than that is a {@link StoreFailure}: blocks of another run, or altered ones.
     * So is a snapshot that is not the ledger's, if the blocks before it are not here.
     */
    public static LedgerReplay of(BlockStore blocks, LedgerMachine machine, CertificateCheck check) {
        long lastHeight = blocks.lastHeight();
        LedgerReplay replay = newest(blocks, machine, check);
        for (long height = replay.state.height() + 1; height <= lastHeight; height++) {
            replay = replay.apply(block(blocks, height), machine);
        }
        replay.wrong(machine, check).ifPresent(reason -> {
            throw failure(reason);
        });
        return replay;
    }

    /** From the newest snapshot that may be believed, else from genesis. */
    private static LedgerReplay newest(BlockStore blocks, LedgerMachine machine, CertificateCheck check) {
        for (long height = blocks.lastHeight(); height > 0; height -= Limits.SNAPSHOT_INTERVAL_BLOCKS) {
            Optional<Bytes> kept = blocks.snapshot(height);
            Optional<LedgerReplay> start = kept.flatMap(bytes -> start(bytes, machine, check));
            if (kept.isEmpty() || start.isPresent()) {
                return start.orElseGet(() -> initial(machine));
            }
        }
        return initial(machine);
    }

    private static LedgerReplay initial(LedgerMachine machine) {
        return new LedgerReplay(machine.initial(), Optional.empty());
    }

    /** From a snapshot; empty if it may not be believed. */
    private static Optional<LedgerReplay> start(Bytes bytes, LedgerMachine machine, CertificateCheck check) {
        try {
            LedgerSnapshot snapshot = LedgerSnapshot.decode(bytes.unsafeArray());
            Optional<String> wrong = snapshot.wrong(check, machine);
            wrong.ifPresent(reason -> LOG.warn("a snapshot is left out: {}", reason));
            return wrong.isPresent()
                    ? Optional.empty()
                    : Optional.of(new LedgerReplay(snapshot.state(), Optional.of(snapshot.block())));
        } catch (Malformed e) {
            LOG.warn("a snapshot is left out: {}", e.rule());
            return Optional.empty();
        }
    }

    private static CertifiedBlock block(BlockStore blocks, long height) {
        return blocks.read(height)
                .orElseThrow(() -> failure("height " + height + ": absent, and no snapshot stands for it"));
    }

    private LedgerReplay apply(CertifiedBlock block, LedgerMachine machine) {
        try {
            return new LedgerReplay(machine.apply(state, block.block()).next(), Optional.of(block));
        } catch (IllegalArgumentException notTheNext) {
            throw failure("" + notTheNext.getMessage());
        }
    }

    private Optional<String> wrong(LedgerMachine machine, CertificateCheck check) {
        return last.flatMap(block -> check.check(block)
                .or(() -> block.certificate().stateHash().equals(machine.stateHash(state))
                        ? Optional.empty()
                        : Optional.of("state hash: not the certified one")));
    }

    private static StoreFailure failure(String reason) {
        String text = "blocks: " + reason + " (expected: certified blocks of this run)";
        return new StoreFailure(text, new IOException(text));
    }
}

package covey.actors.ledger;

import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.port.BlockStore;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.util.Optional;

/**
 * The state after the blocks of a store.
 *
 * @param last of them
 */
public record LedgerReplay(LedgerState state, Optional<CertifiedBlock> last) {
    /**
     * Applies all blocks. Only the last certificate is checked, as its state hash vouches for everything before it;
     * another state than that is a {@link StoreFailure}: blocks of another run, or altered ones.
     */
    public static LedgerReplay of(BlockStore blocks, LedgerMachine machine, CertificateCheck check) {
        LedgerReplay replay = new LedgerReplay(machine.initial(), Optional.empty());
        long lastHeight = blocks.lastHeight();
        for (long height = 1; height <= lastHeight; height++) {
            replay = replay.apply(blocks.read(height).orElseThrow(), machine);
        }
        replay.wrong(machine, check).ifPresent(reason -> {
            throw failure(reason);
        });
        return replay;
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

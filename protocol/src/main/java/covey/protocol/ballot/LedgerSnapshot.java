package covey.protocol.ballot;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.StateCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.BlockStore;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.Optional;

/**
 * The ledger's state after a block, and that block, whose certificate vouches for the state (rule B8). Encoded as the
 * certified block and the state, each after its length.
 *
 * @param block whose certificate carries the hash of {@code state}, once {@link #wrong} says nothing
 */
public record LedgerSnapshot(CertifiedBlock block, LedgerState state) {
    public Bytes encode() {
        byte[] certified = BlockCodec.encode(block);
        byte[] after = StateCodec.encode(state);
        return Bytes.wrap(new ByteWriter(certified.length + after.length + 8)
                .sized(Bytes.wrap(certified))
                .sized(Bytes.wrap(after))
                .toByteArray());
    }

    public static LedgerSnapshot decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        CertifiedBlock block = BlockCodec.decodeCertified(
                in.sized(Limits.CERTIFIED_BLOCK_MAX_BYTES).unsafeArray());
        LedgerState state =
                StateCodec.decode(in.sized(Limits.SNAPSHOT_MAX_BYTES).unsafeArray());
        in.end();
        return new LedgerSnapshot(block, state);
    }

    /** Why it must not be believed; empty if it is the ledger's, whoever gave it. */
    public Optional<String> wrong(CertificateCheck certificates, LedgerMachine machine) {
        long height = block.block().height();
        if (!isDue(height)) {
            return Optional.of("snapshot height: " + height + " (expected: a multiple of "
                    + Limits.SNAPSHOT_INTERVAL_BLOCKS + ")");
        }
        return certificates
                .check(block)
                .or(() -> machine.stateHash(state).equals(block.certificate().stateHash())
                        ? Optional.empty()
                        : Optional.of("snapshot of height " + height + ": another state (expected: the certified)"));
    }

    /** After a block is appended: keeps a snapshot at the heights that have one, unless it is too large to be read. */
    public static void keepIfDue(BlockStore blocks, CertifiedBlock block, LedgerState after) {
        long height = block.block().height();
        if (isDue(height)) {
            Bytes snapshot = new LedgerSnapshot(block, after).encode();
            if (snapshot.length() <= Limits.SNAPSHOT_MAX_BYTES) {
                blocks.keep(height, snapshot);
            }
        }
    }

    private static boolean isDue(long height) {
        return height > 0 && height % Limits.SNAPSHOT_INTERVAL_BLOCKS == 0;
    }
}

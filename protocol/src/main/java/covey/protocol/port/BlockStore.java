package covey.protocol.port;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import java.util.Optional;

/**
 * A node's certified blocks without a gap, from height 1 or from a snapshot on, and snapshots of the ledger's state
 * (rule B8). One thread writes, any thread reads. Methods block on the disk and throw {@link StoreFailure}; after a
 * failed append the store takes no more.
 */
public interface BlockStore extends AutoCloseable {
    /** Appends the block of height {@code lastHeight() + 1}; durable on return, and only then seen by readers. */
    void append(CertifiedBlock block);

    /** Height of the last block, or of the snapshot before the first; 0 if there is neither. */
    long lastHeight();

    /** The block of that height; empty if it is not here. */
    Optional<CertifiedBlock> read(long height);

    /**
     * Keeps a snapshot; durable on return. Older ones may go, but for the one that the blocks begin after.
     *
     * @param height of the state: {@code lastHeight()}; in a store without anything any height, after which it begins
     */
    void keep(long height, Bytes snapshot);

    /** The newest snapshot at that height or below; empty if none is kept. Its bytes are as they were given. */
    Optional<Bytes> snapshot(long maxHeight);

    @Override
    void close();
}

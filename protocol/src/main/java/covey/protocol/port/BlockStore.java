package covey.protocol.port;

import covey.protocol.ledger.CertifiedBlock;
import java.util.Optional;

/**
 * A node's certified blocks, from height 1 on without a gap. One thread appends, any thread reads. Methods block on the
 * disk and throw {@link StoreFailure}; after a failed append the store takes no more.
 */
public interface BlockStore extends AutoCloseable {
    /** Appends the block of height {@code lastHeight() + 1}; durable on return, and only then seen by readers. */
    void append(CertifiedBlock block);

    /** Height of the last block; 0 if there is none. */
    long lastHeight();

    /** The block of that height; empty if it is not here. */
    Optional<CertifiedBlock> read(long height);

    @Override
    void close();
}

package covey.actors.testing;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.port.BlockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks that outlive a node, as files do. */
public final class MemoryBlocks implements BlockStore {
    private final List<CertifiedBlock> blocks = new ArrayList<>();

    @Override
    public synchronized void append(CertifiedBlock block) {
        blocks.add(block);
    }

    @Override
    public synchronized long lastHeight() {
        return blocks.size();
    }

    @Override
    public synchronized Optional<CertifiedBlock> read(long height) {
        return height < 1 || height > blocks.size() ? Optional.empty() : Optional.of(blocks.get((int) height - 1));
    }

    @Override
    public void close() {}
}

package covey.actors.testing;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.port.BlockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Blocks that outlive a node, as files do. */
public final class MemoryBlocks implements BlockStore {
    private final List<CertifiedBlock> blocks = new ArrayList<>();
    private final NavigableMap<Long, Bytes> snapshots = new TreeMap<>();

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
    public synchronized void keep(long height, Bytes snapshot) {
        snapshots.put(height, snapshot);
    }

    @Override
    public synchronized Optional<Bytes> snapshot(long maxHeight) {
        return Optional.ofNullable(snapshots.floorEntry(maxHeight)).map(Map.Entry::getValue);
    }

    @Override
    public void close() {}
}

package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.port.BlockStore;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Blocks in memory, that survive an authority as a file would, and a disk that can fail. */
final class MemoryBlocks implements BlockStore {
    private final List<CertifiedBlock> blocks = new ArrayList<>();
    private final NavigableMap<Long, Bytes> snapshots = new TreeMap<>();
    private long start;
    private boolean full;

    @Override
    public synchronized void append(CertifiedBlock block) {
        if (full) {
            throw new StoreFailure("blocks: disk full", new IOException("disk full"));
        }
        if (block.block().height() != lastHeight() + 1) {
            throw new IllegalArgumentException("height " + block.block().height() + " after " + lastHeight());
        }
        blocks.add(block);
        notifyAll();
    }

    synchronized void fill() {
        full = true;
    }

    @Override
    public synchronized long lastHeight() {
        return start + blocks.size();
    }

    @Override
    public synchronized Optional<CertifiedBlock> read(long height) {
        return height <= start || height > lastHeight()
                ? Optional.empty()
                : Optional.of(blocks.get((int) (height - start) - 1));
    }

    /** Waits until the block is here. */
    synchronized CertifiedBlock await(long height) throws InterruptedException {
        long endNs = System.nanoTime() + TestLedger.PATIENCE_NS;
        while (lastHeight() < height) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("height " + lastHeight() + " (expected: " + height + ")");
            }
            wait(leftMs);
        }
        return read(height).orElseThrow();
    }

    /** The blocks before and at that height are here no more. */
    synchronized void forget(long height) {
        blocks.subList(0, (int) (height - start)).clear();
        start = height;
    }

    @Override
    public synchronized void keep(long height, Bytes snapshot) {
        if (lastHeight() == 0) {
            start = height;
        }
        snapshots.put(height, snapshot);
    }

    @Override
    public synchronized Optional<Bytes> snapshot(long maxHeight) {
        return Optional.ofNullable(snapshots.floorEntry(maxHeight)).map(Map.Entry::getValue);
    }

    @Override
    public void close() {}
}

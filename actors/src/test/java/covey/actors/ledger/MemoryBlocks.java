package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.port.BlockStore;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks in memory, that survive an authority as a file would, and a disk that can fail. */
final class MemoryBlocks implements BlockStore {
    private final List<CertifiedBlock> blocks = new ArrayList<>();
    private boolean full;

    @Override
    public synchronized void append(CertifiedBlock block) {
        if (full) {
            throw new StoreFailure("blocks: disk full", new IOException("disk full"));
        }
        if (block.block().height() != blocks.size() + 1) {
            throw new IllegalArgumentException("height " + block.block().height() + " after " + blocks.size());
        }
        blocks.add(block);
        notifyAll();
    }

    synchronized void fill() {
        full = true;
    }

    @Override
    public synchronized long lastHeight() {
        return blocks.size();
    }

    @Override
    public synchronized Optional<CertifiedBlock> read(long height) {
        return height < 1 || height > blocks.size() ? Optional.empty() : Optional.of(blocks.get((int) height - 1));
    }

    /** Waits until the block is here. */
    synchronized CertifiedBlock await(long height) throws InterruptedException {
        long endNs = System.nanoTime() + TestLedger.PATIENCE_NS;
        while (blocks.size() < height) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("height " + blocks.size() + " (expected: " + height + ")");
            }
            wait(leftMs);
        }
        return blocks.get((int) height - 1);
    }

    @Override
    public void close() {}
}

package covey.node.door;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;

/**
 * The newest snapshot of the ledger, read once for all who ask while no later one is due, so that slow readers share
 * its bytes. Blocks on the disk; any thread.
 */
final class SnapshotCache {
    private final Supplier<Optional<Bytes>> stored;
    private final LongSupplier height;
    private Optional<ByteString> newest = Optional.empty();
    private long interval;

    SnapshotCache(Supplier<Optional<Bytes>> stored, LongSupplier height) {
        this.stored = stored;
        this.height = height;
    }

    /** Empty before the first. While one is being written, the one before it. */
    synchronized Optional<ByteString> newest() {
        // It is on the disk when the block after it is final, not yet when its own is.
        long now = (height.getAsLong() - 1) / Limits.SNAPSHOT_INTERVAL_BLOCKS;
        if (newest.isEmpty() || now != interval) {
            newest = stored.get().map(bytes -> ByteString.fromArrayUnsafe(bytes.unsafeArray()));
            interval = now;
        }
        return newest;
    }
}

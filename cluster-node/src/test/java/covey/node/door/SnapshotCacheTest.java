package covey.node.door;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SnapshotCacheTest {
    private static final long K = Limits.SNAPSHOT_INTERVAL_BLOCKS;

    private final AtomicLong height = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private Optional<Bytes> stored = Optional.empty();
    private final SnapshotCache cache = new SnapshotCache(
            () -> {
                reads.incrementAndGet();
                return stored;
            },
            height::get);

    private byte[] newest() {
        return cache.newest().orElseThrow().toArray();
    }

    @Test
    void shouldReadOnceUntilALaterOneIsDue() {
        stored = Optional.of(Bytes.of(new byte[] {1}));
        height.set(K + 1);
        assertThat(newest()).containsExactly(1);
        height.set(2 * K);
        assertThat(newest()).containsExactly(1);
        assertThat(reads).hasValue(1);

        stored = Optional.of(Bytes.of(new byte[] {2}));
        height.set(2 * K + 1);
        assertThat(newest()).containsExactly(2);
        assertThat(reads).hasValue(2);
    }

    @Test
    void shouldLookAgainWhileThereIsNone() {
        assertThat(cache.newest()).isEmpty();
        stored = Optional.of(Bytes.of(new byte[] {3}));
        assertThat(newest()).containsExactly(3);
    }
}

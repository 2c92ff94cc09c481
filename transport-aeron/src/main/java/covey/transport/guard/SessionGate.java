package covey.transport.guard;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which (stream, session) pairs may reach the driver. Session ids are random numbers that travelled over the
 * authenticated control plane, so a stranger does not know one. Thread-safe; the driver's thread reads it for each
 * frame without a lock.
 */
public final class SessionGate {
    private final SortedSet<Long> admitted = new TreeSet<>();
    private final LongAdder dropped = new LongAdder();
    private volatile long[] snapshot = {};

    public synchronized void admit(int stream, int session) {
        admitted.add(key(stream, session));
        publish();
    }

    public synchronized void refuse(int stream, int session) {
        admitted.remove(key(stream, session));
        publish();
    }

    /** Frames that were dropped so far. */
    public long droppedCount() {
        return dropped.sum();
    }

    boolean admits(int stream, int session) {
        return Arrays.binarySearch(snapshot, key(stream, session)) >= 0;
    }

    void drop() {
        dropped.increment();
    }

    private void publish() {
        snapshot = admitted.stream().mapToLong(Long::longValue).toArray();
    }

    private static long key(int stream, int session) {
        return (long) stream << 32 | session & 0xFFFFFFFFL;
    }
}

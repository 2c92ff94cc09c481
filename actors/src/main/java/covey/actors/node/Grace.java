package covey.actors.node;

/**
 * Whether this node's own view can be trusted: not before it has joined, and not in the first seconds after it joined
 * or
 * stood still itself (rule D4), when everybody else looks gone. Thread-safe; times are monotonic nanoseconds.
 */
final class Grace {
    /** A gap between beats that counts as a stall of our own. */
    static final long STALL_NS = 1_000_000_000L;
    /** How long the view is not trusted afterwards. */
    static final long GRACE_NS = 2_000_000_000L;

    private boolean joined;
    private long lastBeatNs;
    private long untilNs;

    Grace(long nowNs) {
        lastBeatNs = nowNs;
        untilNs = nowNs;
    }

    /** Called many times a second while the node runs. */
    synchronized void beat(long nowNs) {
        if (nowNs - lastBeatNs > STALL_NS) {
            untilNs = nowNs + GRACE_NS;
        }
        lastBeatNs = nowNs;
    }

    synchronized void joined(long nowNs) {
        joined = true;
        untilNs = nowNs + GRACE_NS;
    }

    synchronized void left() {
        joined = false;
    }

    synchronized boolean isIn(long nowNs) {
        return !joined || nowNs - untilNs < 0 || nowNs - lastBeatNs > STALL_NS;
    }
}

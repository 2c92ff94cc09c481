package covey.chaos.process;

/** Milliseconds since the run's start, by the monotonic clock. */
final class RunClock {
    private final long startNs = System.nanoTime();
    private final long startWallMs = System.currentTimeMillis();

    long ms() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    /** When a process of this machine said something, by its wall clock; never later than now. */
    long ofWall(long wallMs) {
        return Math.min(ms(), wallMs - startWallMs);
    }
}

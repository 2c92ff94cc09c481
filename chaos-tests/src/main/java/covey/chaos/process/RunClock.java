package covey.chaos.process;

/** Milliseconds since the run's start, by the monotonic clock. */
final class RunClock {
    private final long startNs = System.nanoTime();

    long ms() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }
}

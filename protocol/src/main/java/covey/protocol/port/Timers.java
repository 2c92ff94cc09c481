package covey.protocol.port;

/** Monotonic time and one-shot timers for shells around pure machines. */
public interface Timers {
    /** Nanoseconds since an arbitrary start; never goes back. */
    long monotonicNs();

    /**
     * Runs the callback once after the delay, on the caller's own thread of execution. A later call with the same key
     * replaces it.
     */
    void start(String key, long delayNs, Runnable callback);

    void cancel(String key);
}

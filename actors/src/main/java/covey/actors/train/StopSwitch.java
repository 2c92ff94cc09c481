package covey.actors.train;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Ends training from another thread: the engine's own one is busy with it. Thread-safe. */
public final class StopSwitch {
    private final AtomicLong through = new AtomicLong();

    /** Training of this and of earlier rounds ends before its next inner step, also if it has yet to begin. */
    public void stop(long round) {
        through.accumulateAndGet(round, Math::max);
    }

    /** The node ends: nothing is trained any more. */
    public void stopAll() {
        stop(Long.MAX_VALUE);
    }

    public BooleanSupplier of(long round) {
        return () -> through.get() >= round;
    }
}

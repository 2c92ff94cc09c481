package covey.actors.train;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

/** Ends training from another thread: the engine's own one is busy with it. Thread-safe. */
public final class StopSwitch {
    private final AtomicLong through = new AtomicLong();
    private final AtomicReference<CutOff> cutOff = new AtomicReference<>(new CutOff(0, 0));

    private record CutOff(long round, int minimumSteps) {}

    /**
     * Training of the round ends before its next inner step once {@code minimumSteps} are made. With 0 it, and that of
     * earlier rounds, ends at once, also if it has yet to begin.
     */
    public void stop(long round, int minimumSteps) {
        if (minimumSteps == 0) {
            through.accumulateAndGet(round, Math::max);
        } else {
            cutOff.set(new CutOff(round, minimumSteps));
        }
    }

    /** The node ends: nothing is trained any more. */
    public void stopAll() {
        stop(Long.MAX_VALUE, 0);
    }

    /** Whether the round's training ends after so many steps. */
    public IntPredicate of(long round) {
        return stepsMade -> through.get() >= round || isCutOff(round, stepsMade);
    }

    private boolean isCutOff(long round, int stepsMade) {
        CutOff now = cutOff.get();
        return now.round() == round && stepsMade >= now.minimumSteps();
    }
}

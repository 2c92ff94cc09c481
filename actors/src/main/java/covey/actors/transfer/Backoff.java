package covey.actors.transfer;

import java.time.Duration;

/** How long to wait before the next attempt: 250 ms, then twice as long each time, at most 4 s. */
final class Backoff {
    private static final long FIRST_MS = 250;
    private static final int DOUBLINGS_MAX = 4;

    private Backoff() {}

    /** @param failures so far, at least 1 */
    static Duration after(int failures) {
        return Duration.ofMillis(FIRST_MS << Math.min(DOUBLINGS_MAX, failures - 1));
    }
}

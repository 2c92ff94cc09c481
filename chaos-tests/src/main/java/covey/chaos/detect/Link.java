package covey.chaos.detect;

import java.util.random.RandomGenerator;

/** One way between two nodes by TCP: in order, so what is late holds up what comes after it. Used by one thread. */
final class Link {
    private static final long BASE_MS = 20;
    /** What Linux waits at least before it sends again; twice as long each further time. */
    private static final long RESEND_MS = 200;

    private static final int RESENDS_MAX = 6;

    /**
     * @param jitterMs mean of an exponential delay that each message has beyond the least
     * @param loss share of segments that are lost and sent again, 0 to 1
     */
    record Weather(double jitterMs, double loss) {}

    private final Weather weather;
    private final RandomGenerator random;
    private long lastMs;

    Link(Weather weather, RandomGenerator random) {
        this.weather = weather;
        this.random = random;
    }

    /** When what is sent now arrives; to be asked in the order of sending. */
    long arrivesMs(long nowMs) {
        long resentMs = 0;
        for (int i = 0; i < RESENDS_MAX && random.nextDouble() < weather.loss(); i++) {
            resentMs += RESEND_MS << i;
        }
        long ownMs = nowMs + BASE_MS + Math.round(random.nextExponential() * weather.jitterMs()) + resentMs;
        lastMs = Math.max(lastMs, ownMs);
        return lastMs;
    }
}

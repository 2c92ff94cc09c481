package covey.protocol.transfer;

import covey.protocol.model.Limits;

/**
 * Constants of a fetch.
 *
 * @param grantBytesPerSecond what one holder may send; fixed, until the fetcher adapts it to loss and delay
 * @param windowSegments segments asked of one holder at once
 * @param reorderNs how long the end of an answer waits for datagrams that came later than sent
 * @param quietNs a holder silent for so long is asked again, next time after twice as long
 * @param stallNs a holder without progress for so long loses its segments to others
 * @param notHereNs a holder that does not serve the content is asked again after so long, next time after twice as long
 * @param backoffMaxNs longest pause before a holder is asked again
 * @param giveUpNs a fetch ends after so long without progress
 */
public record FetchRules(
        long grantBytesPerSecond,
        int windowSegments,
        long reorderNs,
        long quietNs,
        long stallNs,
        long notHereNs,
        long backoffMaxNs,
        long giveUpNs) {
    private static final long MS = 1_000_000;
    private static final int WINDOW_MIN = 2;
    private static final int WINDOW_MAX = 4;
    /** Round-trip time for which the window keeps a path busy. */
    private static final long PATH_NS = 100 * MS;

    /** Bad segments after which a holder is not asked again in this fetch. */
    public static final int STRIKES_MAX_COUNT = 3;

    public static FetchRules of(long grantBytesPerSecond, long giveUpNs) {
        double segments = grantBytesPerSecond * (PATH_NS / 1e9) / Limits.SEGMENT_BYTES;
        int window = Math.clamp((long) Math.ceil(segments) + 1, WINDOW_MIN, WINDOW_MAX);
        return new FetchRules(grantBytesPerSecond, window, 10 * MS, 250 * MS, 1500 * MS, 50 * MS, 4000 * MS, giveUpNs);
    }
}

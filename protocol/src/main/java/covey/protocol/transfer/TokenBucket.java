package covey.protocol.transfer;

/**
 * Paces bytes: refilled by elapsed time, never above the burst, so that a late scheduled sender does not flood the
 * path's queue with what it missed.
 *
 * @param bytesPerSecond above 0, at most 10^10
 * @param burstBytes most that may be sent at once, at most 2^24
 * @param levelByteNs what may be sent now, in bytes times 10^9
 * @param filledNs when it was refilled last
 */
public record TokenBucket(long bytesPerSecond, int burstBytes, long levelByteNs, long filledNs) {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long RATE_MAX = 10_000_000_000L;

    public TokenBucket {
        if (bytesPerSecond < 1 || burstBytes < 1 || burstBytes > 1 << 24) {
            throw new IllegalArgumentException("bucket: " + bytesPerSecond + " bytes/s, burst " + burstBytes
                    + " (expected: above 0, burst at most 16 MiB)");
        }
        bytesPerSecond = Math.min(bytesPerSecond, RATE_MAX);
    }

    /** A full one. */
    public static TokenBucket full(long bytesPerSecond, int burstBytes, long nowNs) {
        return new TokenBucket(bytesPerSecond, burstBytes, burstBytes * SECOND_NS, nowNs);
    }

    public TokenBucket refill(long nowNs) {
        long capacity = burstBytes * SECOND_NS;
        long elapsedNs = Math.max(0, nowNs - filledNs);
        long level = elapsedNs >= capacity / bytesPerSecond
                ? capacity
                : Math.min(capacity, levelByteNs + elapsedNs * bytesPerSecond);
        return new TokenBucket(bytesPerSecond, burstBytes, level, nowNs);
    }

    public boolean has(int bytes) {
        return levelByteNs >= bytes * SECOND_NS;
    }

    /** Takes, or with a negative count gives back. */
    public TokenBucket take(int bytes) {
        return new TokenBucket(bytesPerSecond, burstBytes, levelByteNs - bytes * SECOND_NS, filledNs);
    }

    public TokenBucket withRate(long newBytesPerSecond) {
        return new TokenBucket(newBytesPerSecond, burstBytes, levelByteNs, filledNs);
    }
}

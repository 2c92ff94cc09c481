package covey.protocol.yuma;

/**
 * The logistic function on q32 numbers. Its last bits follow from the series below and from nothing else, so that every
 * node computes the same; against the exact value the error is below 2^-29.
 */
final class Exponential {
    private static final long CLAMP = Fixed.of(20);
    /** Work is done with 60 fractional bits. */
    private static final long ONE_Q60 = 1L << 60;

    private static final int HALVINGS = 6;
    private static final int TERMS = 16;

    private Exponential() {}

    /** ⌊1 / (1 + e^-x)⌋; x is clamped to ±20. */
    static long logistic(long x) {
        long small = expOfMinusQ60(Math.min(Math.abs(x), CLAMP));
        return Fixed.mulDiv(x >= 0 ? ONE_Q60 : small, Fixed.ONE, ONE_Q60 + small);
    }

    /** e^-x with 60 fractional bits for a q32 x of 0 to 20: the series at x / 64, squared six times. */
    static long expOfMinusQ60(long x) {
        long reduced = x << (28 - HALVINGS);
        long sum = ONE_Q60;
        long term = ONE_Q60;
        for (int k = 1; k <= TERMS; k++) {
            term = mulQ60(term, reduced) / k;
            sum += k % 2 == 0 ? term : -term;
        }
        for (int i = 0; i < HALVINGS; i++) {
            sum = mulQ60(sum, sum);
        }
        return sum;
    }

    private static long mulQ60(long a, long b) {
        return Math.multiplyHigh(a, b) << 4 | a * b >>> 60;
    }
}

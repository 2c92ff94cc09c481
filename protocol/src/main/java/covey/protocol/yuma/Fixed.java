package covey.protocol.yuma;

/**
 * Arithmetic on non-negative numbers of 32 fractional bits in a long ("q32"): products and quotients are truncated, a
 * quotient by 0 is 0, sums saturate. Intermediate values have 128 bits.
 */
public final class Fixed {
    public static final long ONE = 1L << 32;
    /** Largest value of the 16-bit integers that stand for 0 to 1 on the ledger. */
    public static final int U16_MAX = 65535;

    private Fixed() {}

    /** @param value below 2^31 */
    public static long of(long value) {
        return value << 32;
    }

    public static long mul(long a, long b) {
        return Math.multiplyHigh(a, b) << 32 | a * b >>> 32;
    }

    public static long div(long a, long b) {
        return b == 0 ? 0 : divide(a >>> 32, a << 32, b);
    }

    public static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    public static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum = add(sum, value);
        }
        return sum;
    }

    /** Divides each value by their sum; all zeros stay. */
    public static void normalize(long[] values) {
        long sum = sum(values);
        for (int i = 0; i < values.length; i++) {
            values[i] = sum == 0 ? values[i] : div(values[i], sum);
        }
    }

    /** numerator / denominator as q32; 0 for 0 / 0. Both non-negative integers. */
    public static long ratio(long numerator, long denominator) {
        return div(numerator, denominator);
    }

    /** ⌊a · b / c⌋ of non-negative longs, which must fit a long; 0 for c = 0. */
    public static long mulDiv(long a, long b, long c) {
        return c == 0 ? 0 : divide(Math.multiplyHigh(a, b), a * b, c);
    }

    /** ⌊share · amount⌋: the part of an integer amount. */
    public static long part(long share, long amount) {
        return mul(share, amount);
    }

    public static long ofU16(int value) {
        return ratio(value, U16_MAX);
    }

    /** ⌊value · 65535⌋ for values up to 1; larger ones saturate. */
    public static int toU16(long value) {
        return (int) Math.min(U16_MAX, mul(value, of(U16_MAX)) >>> 32);
    }

    /** To the nearest integer, halves up. */
    public static long round(long value) {
        return add(value, ONE >>> 1) >>> 32;
    }

    /** Unsigned (high, low) / divisor; the quotient must fit a long, the divisor is positive. */
    private static long divide(long high, long low, long divisor) {
        if (high == 0) {
            return Long.divideUnsigned(low, divisor);
        }
        long rest = high;
        long bits = low;
        for (int i = 0; i < Long.SIZE; i++) {
            rest = rest << 1 | bits >>> 63;
            bits <<= 1;
            if (Long.compareUnsigned(rest, divisor) >= 0) {
                rest -= divisor;
                bits |= 1;
            }
        }
        return bits;
    }
}

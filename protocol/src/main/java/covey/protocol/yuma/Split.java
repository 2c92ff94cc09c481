package covey.protocol.yuma;

import java.util.Arrays;

/** Divides integer amounts so that nothing is lost. */
public final class Split {
    private Split() {}

    /**
     * Floors of {@code total · weight / Σ weights}; the remainder goes to the first. Equal parts if all weights are 0.
     */
    public static long[] of(long total, long[] weights) {
        long sum = Fixed.sum(weights);
        return sum == 0 ? equal(total, weights.length) : floors(total, weights, sum);
    }

    /** Weights in 1/65535, of which the remainder goes to the first. */
    public static long[] byU16(long total, long[] weights) {
        return floors(total, weights, Fixed.U16_MAX);
    }

    public static long[] equal(long total, int count) {
        long[] weights = new long[count];
        Arrays.fill(weights, 1);
        return floors(total, weights, count);
    }

    private static long[] floors(long total, long[] weights, long denominator) {
        long[] parts = new long[weights.length];
        long left = total;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Fixed.mulDiv(total, weights[i], denominator);
            left -= parts[i];
        }
        if (parts.length > 0) {
            parts[0] += left;
        }
        return parts;
    }
}

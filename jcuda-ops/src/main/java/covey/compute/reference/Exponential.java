package covey.compute.reference;

/**
 * e^x in single precision from additions and multiplications only, so that each processor computes the same bits;
 * the library's exp may differ by a unit in the last place between machines. Relative error below 2^-22.
 */
final class Exponential {
    private static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;
    /** 1.5 · 2^23: adding it rounds to an integer, which then stands in the low bits. */
    private static final float ROUNDER = 12582912f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float LARGEST = 88f;
    private static final float SMALLEST = -87f;

    private Exponential() {}

    /** Arguments below −87 count as −87 and above 88 as 88; NaN gives NaN. */
    static float of(float x) {
        float bounded = Math.max(SMALLEST, Math.min(LARGEST, x));
        float rounded = bounded * LOG2_E + ROUNDER;
        float n = rounded - ROUNDER;
        float r = bounded - n * LN2_HIGH - n * LN2_LOW;
        float series = 1f / 5040 * r + 1f / 720;
        series = series * r + 1f / 120;
        series = series * r + 1f / 24;
        series = series * r + 1f / 6;
        series = series * r + 0.5f;
        series = series * r * r + r + 1f;
        int exponent = Float.floatToRawIntBits(rounded) - ROUNDER_BITS;
        return series * Float.intBitsToFloat((exponent + 127) << 23);
    }

    /** Replaces values by e^(value − their maximum) and returns the sum of these, in order. */
    static double ofRow(float[] values, int at, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            max = Math.max(max, values[i]);
        }
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            values[i] = of(values[i] - max);
            sum += values[i];
        }
        return sum;
    }
}

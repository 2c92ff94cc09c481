package covey.compute.reference;

/**
 * e^x in single precision from additions and fused multiply-adds only, so that each processor computes the same bits;
 * the library's exp may differ by a unit in the last place between machines. Relative error below 2^-22.
 */
public final class Exponential {
    public static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
    public static final float LN2_HIGH = 0.693359375f;

    public static final float LN2_LOW = -2.12194440e-4f;
    /** 1.5 · 2^23: adding it rounds to an integer, which then stands in the low bits. */
    public static final float ROUNDER = 12582912f;

    public static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    public static final float LARGEST = 88f;
    public static final float SMALLEST = -87f;

    /** Coefficients of the series: 1 / n!. */
    public static final float C7 = 1f / 5040;

    public static final float C6 = 1f / 720;
    public static final float C5 = 1f / 120;
    public static final float C4 = 1f / 24;
    public static final float C3 = 1f / 6;

    private Exponential() {}

    /** Arguments below −87 count as −87 and above 88 as 88; NaN gives NaN. */
    public static float of(float x) {
        float capped = x > LARGEST ? LARGEST : x;
        float bounded = capped < SMALLEST ? SMALLEST : capped;
        float rounded = Math.fma(bounded, LOG2_E, ROUNDER);
        float n = rounded - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
        float series = Math.fma(C7, r, C6);
        series = Math.fma(series, r, C5);
        series = Math.fma(series, r, C4);
        series = Math.fma(series, r, C3);
        series = Math.fma(series, r, 0.5f);
        series = Math.fma(series * r, r, r) + 1f;
        int exponent = Float.floatToRawIntBits(rounded) - ROUNDER_BITS;
        return series * Float.intBitsToFloat((exponent + 127) << 23);
    }

    /** Replaces values by e^(value − their maximum) and returns the sum of these. */
    static double ofRow(float[] values, int at, int count, LaneSum sum) {
        float max = max(values, at, count);
        for (int i = at; i < at + count; i++) {
            values[i] = of(values[i] - max);
        }
        return sum.of(values, at, count);
    }

    /** The largest of values; those that are not numbers are passed over. */
    static float max(float[] values, int at, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            max = values[i] > max ? values[i] : max;
        }
        return max;
    }
}

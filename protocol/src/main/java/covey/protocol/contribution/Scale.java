package covey.protocol.contribution;

import covey.protocol.model.Limits;

/**
 * The scale of a chunk as an IEEE half-precision pattern, 0 to 8.0 (rule H3), and as an integer in units of 2^-24,
 * the smallest subnormal, in which every such pattern is whole.
 */
public final class Scale {
    /** Pattern of 8.0, the largest legal one. */
    static final int MAX_PATTERN = 0x4800;

    private static final float UNIT = 0x1p-24f;

    private Scale() {}

    /** Rounds a magnitude to float, then to half precision, each half to even; above 8.0 it is 8.0. */
    public static int pattern(double magnitude) {
        int half = Float.floatToFloat16((float) magnitude) & 0xFFFF;
        return Math.min(half, MAX_PATTERN);
    }

    public static boolean isLegal(int pattern) {
        return pattern <= MAX_PATTERN;
    }

    /** At most {@link Limits#SCALE_MAX_UNITS}. */
    public static int units(int pattern) {
        int exponent = pattern >>> 10;
        int mantissa = pattern & 0x3FF;
        return exponent == 0 ? mantissa : (mantissa | 0x400) << (exponent - 1);
    }

    /** Exact: at most 13 significant bits. */
    public static float value(int units, int level) {
        return units * level * UNIT;
    }
}

package covey.protocol.yuma;

import java.util.Arrays;

/** Scaling and bounds of a row of weights as it is set. */
public final class WeightRow {
    private WeightRow() {}

    /** Integers 0 to 65535 scaled so that the largest is 65535; all zeros stay. */
    public static int[] upscaled(int[] values) {
        return upscaledQ32(Arrays.stream(values).mapToLong(Fixed::of).toArray());
    }

    /** The same for q32 numbers; rounded to the nearest integer. */
    static int[] upscaledQ32(long[] values) {
        long largest = Arrays.stream(values).max().orElse(0);
        return Arrays.stream(values)
                .mapToInt(v -> (int) Fixed.round(scaled(v, largest)))
                .toArray();
    }

    private static long scaled(long value, long largest) {
        long full = Fixed.of(Fixed.U16_MAX);
        return largest > Fixed.of(32768)
                ? Fixed.mul(value, Fixed.div(full, largest))
                : Fixed.div(Fixed.mul(value, full), largest);
    }

    /** Whether no weight is more than {@code limitU16} / 65535 of the row. */
    public static boolean isWithin(int[] values, int limitU16) {
        if (limitU16 == Fixed.U16_MAX) {
            return true;
        }
        long[] shares = Arrays.stream(values).mapToLong(Fixed::of).toArray();
        Fixed.normalize(shares);
        return Arrays.stream(shares).max().orElse(0) <= Fixed.ofU16(limitU16);
    }
}

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

    /**
     * The row with its largest weights lowered to one value, the highest with which it {@link #isWithin}; all zeros
     * where there is none, as the row is too short.
     */
    public static int[] cut(int[] values, int limitU16) {
        int low = 0;
        int high = Arrays.stream(values).max().orElse(0);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (isWithin(capped(values, middle), limitU16)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return capped(values, low);
    }

    private static int[] capped(int[] values, int cap) {
        return Arrays.stream(values).map(v -> Math.min(v, cap)).toArray();
    }
}

package covey.protocol.outer;

import covey.protocol.model.Limits;
import java.util.List;

/**
 * How much of each contribution's part counts, in 1/65536 (rule H7): who is longer than the median is shortened to it.
 * Integers only.
 */
public final class ClipFactors {
    private static final int RATIO_BITS = 32;

    private ClipFactors() {}

    /** Factors 0 to 65536 in the order of {@code norms}, the squared norms of one part of all contributions. */
    public static int[] of(List<Norm> norms) {
        Norm median = median(norms);
        int[] factors = new int[norms.size()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = factor(norms.get(i), median);
        }
        return factors;
    }

    /**
     * The lower median of those above zero; zero if there are none. Ties are equal values, so their order is no
     * matter.
     */
    private static Norm median(List<Norm> norms) {
        Norm[] sorted = norms.stream().filter(norm -> !norm.isZero()).sorted().toArray(Norm[]::new);
        return sorted.length == 0 ? Norm.ZERO : sorted[(sorted.length - 1) / 2];
    }

    private static int factor(Norm norm, Norm median) {
        if (norm.compareTo(median) <= 0) {
            return Limits.FACTOR_ONE;
        }
        return Math.min(Limits.FACTOR_ONE, squareRoot(ratio(median, norm)));
    }

    /** ⌊part · 2^32 / whole⌋ for part &lt; whole &lt; 2^127, by long division. */
    static long ratio(Norm part, Norm whole) {
        long quotient = 0;
        Norm remainder = part;
        for (int i = 0; i < RATIO_BITS; i++) {
            remainder = remainder.doubled();
            quotient <<= 1;
            if (remainder.compareTo(whole) >= 0) {
                remainder = remainder.minus(whole);
                quotient |= 1;
            }
        }
        return quotient;
    }

    /** ⌊√value⌋ for 0 ≤ value &lt; 2^32, bit by bit. */
    static int squareRoot(long value) {
        int root = 0;
        for (int bit = 1 << 15; bit != 0; bit >>>= 1) {
            long candidate = root | bit;
            if (candidate * candidate <= value) {
                root |= bit;
            }
        }
        return root;
    }
}

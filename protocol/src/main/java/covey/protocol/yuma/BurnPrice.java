package covey.protocol.yuma;

/**
 * What registration costs: the price falls with each block, halving in {@code halfLifeBlocks}, and is multiplied by
 * each registration at once.
 *
 * @param halfLifeBlocks at least 1
 * @param increaseQ32 factor of a registration
 * @param min least price in units
 * @param max largest price in units
 */
public record BurnPrice(int halfLifeBlocks, long increaseQ32, long min, long max) {
    public BurnPrice {
        Yuma.require(halfLifeBlocks >= 1, "half life", halfLifeBlocks);
        Yuma.require(increaseQ32 >= Fixed.ONE, "burn increase", increaseQ32);
        Yuma.require(min >= 0 && min <= max, "least burn", min);
    }

    public long afterBlock(long price) {
        return Math.clamp(Fixed.mul(price, decayQ32()), min, max);
    }

    public long afterRegistration(long price) {
        long ceiling = Fixed.mulDiv(max, Fixed.ONE, increaseQ32);
        return price > ceiling ? max : Math.clamp(Fixed.mul(price, increaseQ32), min, max);
    }

    /** The largest q32 number f whose power of the half life is at most 1/2. */
    public long decayQ32() {
        long low = 0;
        long high = Fixed.ONE;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (power(middle, halfLifeBlocks) <= Fixed.ONE / 2) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long power(long base, int exponent) {
        long result = Fixed.ONE;
        long square = base;
        for (int left = exponent; left > 0; left >>= 1) {
            result = (left & 1) == 1 ? Fixed.mul(result, square) : result;
            square = Fixed.mul(square, square);
        }
        return result;
    }
}

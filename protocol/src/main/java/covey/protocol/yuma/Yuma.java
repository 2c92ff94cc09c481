package covey.protocol.yuma;

/**
 * Parameters of Yuma consensus.
 *
 * @param kappaU16 share of the stake that a weight needs behind it, in 1/65535; 32767 is usual
 * @param bondsMovingAveragePpm weight of the old bonds in the new ones, in 1/1,000,000
 * @param bondsPenaltyU16 how far weights outside consensus lose their bonds: 0 not at all, 65535 wholly
 * @param activityCutoffBlocks a validator that set no weights for longer does not count
 * @param maxValidators validators with the most stake that get a permit
 * @param stakeThreshold units of stake below which none counts
 * @param commitReveal whether weights are committed before they are shown
 */
public record Yuma(
        int kappaU16,
        int bondsMovingAveragePpm,
        int bondsPenaltyU16,
        long activityCutoffBlocks,
        int maxValidators,
        long stakeThreshold,
        boolean commitReveal) {
    public static final int PPM = 1_000_000;
    private static final long CUTOFF_MAX_BLOCKS = 1L << 40;

    public Yuma {
        require(isU16(kappaU16), "kappa", kappaU16);
        require(bondsMovingAveragePpm >= 0 && bondsMovingAveragePpm <= PPM, "bonds average", bondsMovingAveragePpm);
        require(isU16(bondsPenaltyU16), "bonds penalty", bondsPenaltyU16);
        require(
                activityCutoffBlocks >= 0 && activityCutoffBlocks <= CUTOFF_MAX_BLOCKS,
                "activity cutoff",
                activityCutoffBlocks);
        require(maxValidators >= 1, "validators", maxValidators);
        require(stakeThreshold >= 0, "stake threshold", stakeThreshold);
    }

    /**
     * Bounds of a bond's rate of change.
     *
     * @param lowU16 rate of a follower
     * @param highU16 rate of a discoverer
     * @param steepness of the curve between them, in 1/100
     */
    public record LiquidAlpha(int lowU16, int highU16, int steepness) {
        public LiquidAlpha {
            require(isU16(lowU16) && isU16(highU16) && lowU16 <= highU16, "liquid alpha", lowU16);
            require(steepness >= Short.MIN_VALUE && steepness <= Short.MAX_VALUE, "steepness", steepness);
        }
    }

    private static boolean isU16(int value) {
        return value >= 0 && value <= Fixed.U16_MAX;
    }

    static void require(boolean ok, String name, long value) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: within its range)");
        }
    }
}

package covey.protocol.yuma;

/** How bonds follow weights, and dividends follow bonds. */
interface BondRule {
    /**
     * @param weights weights for bonds
     * @param previous stored bonds as integers, without those that no longer hold
     * @param stake active stake by uid
     * @param consensus by uid
     * @param incentive by uid
     */
    record Market(Matrix weights, Matrix previous, long[] stake, long[] consensus, long[] incentive) {
        int count() {
            return stake.length;
        }
    }

    /**
     * @param stored shares of 1 to keep
     * @param dividends by uid, summing to 1 or all 0
     */
    record Bonds(Matrix stored, long[] dividends) {}

    Bonds next(Market market);

    /** α·now + (1 − α)·before over the entries that either has; those of 0 are left out. */
    static Matrix average(Matrix now, Matrix before, long alpha) {
        Matrix result = new Matrix(now.count());
        for (int i = 0; i < now.count(); i++) {
            for (int j = 0; j < now.count(); j++) {
                long mixed = Fixed.mul(alpha, now.at(i, j)) + Fixed.mul(Fixed.ONE - alpha, before.at(i, j));
                result.set(i, j, mixed > 0 ? mixed : Matrix.ABSENT);
            }
        }
        return result;
    }

    /** Weight of the new bonds. */
    static long alpha(Yuma yuma) {
        return Fixed.ONE - Fixed.ratio(yuma.bondsMovingAveragePpm(), Yuma.PPM);
    }
}

package covey.protocol.yuma;

/** Yuma 2: bonds are bought with stake, and a column's bonds are shares that sum to 1. */
record StakeBonds(Yuma yuma) implements BondRule {
    @Override
    public Bonds next(Market market) {
        Matrix before = market.previous().columnNormalized();
        Matrix bought = market.weights()
                .map((i, j, value) -> Fixed.mul(value, market.stake()[i]))
                .columnNormalized();
        Matrix bonds = BondRule.average(bought, before, BondRule.alpha(yuma)).columnNormalized();
        long[] dividends = new long[market.count()];
        for (int i = 0; i < dividends.length; i++) {
            dividends[i] = bonds.rowDot(i, market.incentive());
        }
        Fixed.normalize(dividends);
        return new Bonds(bonds.columnUpscaled(), dividends);
    }
}

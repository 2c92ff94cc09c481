package covey.protocol.yuma;

import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.util.Arrays;
import java.util.Optional;

/**
 * Yuma 3: each bond follows its validator's weight at a rate of its own. With liquid alpha a bond whose weight is
 * absent is gone at once, while an explicit weight of 0 lets it decay.
 */
record WeightBonds(Yuma yuma, Optional<LiquidAlpha> liquid) implements BondRule {
    @Override
    public Bonds next(Market market) {
        Matrix before = market.previous().map((_, _, value) -> Fixed.div(value, Fixed.of(Fixed.U16_MAX)));
        boolean agreed = Arrays.stream(market.consensus()).anyMatch(c -> c > 0);
        Matrix bonds = liquid.isPresent() && agreed
                ? liquidAverage(liquid.get(), market, before)
                : BondRule.average(market.weights(), before, BondRule.alpha(yuma));
        return new Bonds(bonds, dividends(bonds.columnNormalized(), market));
    }

    private static long[] dividends(Matrix shares, Market market) {
        long[] dividends = new long[market.count()];
        for (int i = 0; i < dividends.length; i++) {
            dividends[i] = Fixed.mul(market.stake()[i], shares.rowDot(i, market.incentive()));
        }
        Fixed.normalize(dividends);
        return dividends;
    }

    private static Matrix liquidAverage(LiquidAlpha liquid, Market market, Matrix before) {
        return market.weights().map((i, j, weight) -> {
            long bond = before.at(i, j);
            long alpha = rate(liquid, weight, bond, market.consensus()[j]);
            return Math.min(Fixed.ONE, Fixed.mul(alpha, weight) + Fixed.mul(Fixed.ONE - alpha, bond));
        });
    }

    /** Near low for small moves and for what agrees with consensus, near high for large ones. */
    static long rate(LiquidAlpha liquid, long weight, long bond, long consensus) {
        long move = Math.clamp(weight >= bond ? weight - consensus : bond - weight, 0, Fixed.ONE);
        long slope = liquid.steepness() * Fixed.ONE / 100;
        long share = Exponential.logistic(Fixed.mul(slope, move - Fixed.ONE / 2));
        long low = Fixed.ofU16(liquid.lowU16());
        long high = Fixed.ofU16(liquid.highU16());
        return Math.clamp(low + Fixed.mul(share, high - low), low, high);
    }
}

package covey.protocol.yuma;

import covey.protocol.yuma.BondRule.Bonds;
import covey.protocol.yuma.EpochInput.Slot;

/**
 * One epoch of Yuma consensus: clip each weight to what validators with more than κ of the stake support, pay work by
 * clipped weight times stake, and judgment by bonds with those who earn.
 */
final class YumaEpoch {
    private final Yuma yuma;
    private final EpochInput input;
    private final Stakes stakes;
    private final int count;

    YumaEpoch(Yuma yuma, EpochInput input) {
        this.yuma = yuma;
        this.input = input;
        this.stakes = Stakes.of(yuma, input);
        this.count = input.count();
    }

    EpochResult run(BondRule bondRule) {
        Matrix weights = weights();
        long[] consensus = consensus(weights);
        Matrix clipped = weights.map((_, j, w) -> w <= consensus[j] ? w : consensus[j] > 0 ? consensus[j] : -1);
        long[] incentive = new long[count];
        long[] trust = new long[count];
        for (int i = 0; i < count; i++) {
            incentive[i] = clipped.columnDot(stakes.active(), i);
            trust[i] = clipped.rowSum(i);
        }
        Fixed.normalize(incentive);
        Matrix forBonds = forBonds(weights, clipped);
        Bonds bonds = bondRule.next(new BondRule.Market(forBonds, bonds(), stakes.active(), consensus, incentive));
        return new Payout(input, stakes).result(new Payout.Shares(consensus, trust, incentive, bonds));
    }

    /** Rows of those who may judge, without what they may not say, each divided by its sum. */
    private Matrix weights() {
        Matrix weights = new Matrix(count);
        for (int i = 0; i < count; i++) {
            if (stakes.mayJudge()[i]) {
                Slot judge = input.slots().get(i);
                weights.read(i, judge.weights());
                dropStale(weights, i, judge);
            }
        }
        return weights.rowNormalized();
    }

    /** A weight for whom had the uid before, or for itself, does not count. */
    private void dropStale(Matrix weights, int row, Slot judge) {
        for (int j = 0; j < count; j++) {
            long registered = input.slots().get(j).registered();
            boolean own = row == j && !input.isOwner(row);
            boolean outdated = judge.lastUpdate() <= registered;
            boolean committed = yuma.commitReveal()
                    && judge.commit().isPresent()
                    && judge.commit().getAsLong() < registered;
            if (own || outdated || committed) {
                weights.set(row, j, Matrix.ABSENT);
            }
        }
    }

    private long[] consensus(Matrix weights) {
        long kappa = Fixed.ofU16(yuma.kappaU16());
        long[] consensus = new long[count];
        for (int j = 0; j < count; j++) {
            consensus[j] = Median.of(stakes.active(), weights.column(j), kappa);
        }
        return consensus;
    }

    /** W + β·(W′ − W); entries of 0 are left out unless β is 0 or 1. */
    private Matrix forBonds(Matrix weights, Matrix clipped) {
        if (yuma.bondsPenaltyU16() == 0) {
            return weights;
        }
        if (yuma.bondsPenaltyU16() == Fixed.U16_MAX) {
            return clipped;
        }
        long beta = Fixed.ofU16(yuma.bondsPenaltyU16());
        return weights.map((i, j, w) -> {
            long mixed = w + Fixed.mul(beta, clipped.at(i, j) - w);
            return mixed > 0 ? mixed : Matrix.ABSENT;
        });
    }

    /** Bonds with whom registered since the last epoch, or asked for it, are forgotten. */
    private Matrix bonds() {
        Matrix bonds = new Matrix(count);
        for (int i = 0; i < count; i++) {
            bonds.read(i, input.slots().get(i).bonds());
        }
        for (int j = 0; j < count; j++) {
            Slot slot = input.slots().get(j);
            if (input.lastTempo() <= slot.registered() || slot.resetsBonds()) {
                bonds.clearColumn(j);
            }
        }
        return bonds;
    }
}

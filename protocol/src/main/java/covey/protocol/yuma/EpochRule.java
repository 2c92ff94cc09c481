package covey.protocol.yuma;

import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.util.Optional;

/** How stake, weights and bonds become pay. A mechanism names one with its parameters. */
public sealed interface EpochRule {
    /** A pure function: the same input gives the same result on every machine. */
    EpochResult apply(EpochInput input);

    /** Bonds follow stake-weighted weights and are shares of a column. */
    record Yuma2(Yuma yuma) implements EpochRule {
        @Override
        public EpochResult apply(EpochInput input) {
            return new YumaEpoch(yuma, input).run(new StakeBonds(yuma));
        }
    }

    /**
     * Bonds follow the weights themselves; stake counts when dividends are paid.
     *
     * @param liquid lets bonds of early and large moves change faster than those of followers
     */
    record Yuma3(Yuma yuma, Optional<LiquidAlpha> liquid) implements EpochRule {
        @Override
        public EpochResult apply(EpochInput input) {
            return new YumaEpoch(yuma, input).run(new WeightBonds(yuma, liquid));
        }
    }

    /**
     * No consensus and no memory: pay is linear in stake times weight.
     *
     * @param incentivePercent of the emission for work; the rest is for judgment
     * @param followFeePercent of a follower's dividend that goes to whom it follows
     * @param minStake units that a validator needs
     * @param maxValidators validators with the most stake that judge
     */
    record Linear(int incentivePercent, int followFeePercent, long minStake, int maxValidators) implements EpochRule {
        public Linear {
            Yuma.require(incentivePercent >= 0 && incentivePercent <= 100, "incentive percent", incentivePercent);
            Yuma.require(followFeePercent >= 0 && followFeePercent <= 100, "follow fee percent", followFeePercent);
            Yuma.require(minStake >= 0, "least stake", minStake);
            Yuma.require(maxValidators >= 1, "validators", maxValidators);
        }

        @Override
        public EpochResult apply(EpochInput input) {
            return new LinearEpoch(this, input).run();
        }
    }
}

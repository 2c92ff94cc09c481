package covey.protocol.yuma;

import covey.protocol.yuma.BondRule.Bonds;
import covey.protocol.yuma.EpochResult.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns shares into units. Incentives and dividends get half each of the emission; without incentives it follows stake.
 * Each amount is floored and no remainder is handed out here.
 */
record Payout(EpochInput input, Stakes stakes) {
    /** @param bonds with the dividends */
    record Shares(long[] consensus, long[] trust, long[] incentive, Bonds bonds) {}

    EpochResult result(Shares shares) {
        int count = input.count();
        long[] incentive = shares.incentive().clone();
        long[] dividends = shares.bonds().dividends().clone();
        long[] combined = new long[count];
        for (int i = 0; i < count; i++) {
            combined[i] = incentive[i] + dividends[i];
        }
        long sum = Fixed.sum(combined);
        for (int i = 0; i < count; i++) {
            incentive[i] = Fixed.div(incentive[i], sum);
            dividends[i] = Fixed.div(dividends[i], sum);
            combined[i] = Fixed.div(combined[i], sum);
        }
        if (sum == 0) {
            dividends = byStake();
            combined = dividends;
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(new Outcome(
                    stakes.isActive()[i],
                    Fixed.toU16(stakes.all()[i]),
                    Fixed.toU16(shares.consensus()[i]),
                    Fixed.toU16(shares.trust()[i]),
                    Fixed.toU16(shares.incentive()[i]),
                    Fixed.toU16(shares.bonds().dividends()[i]),
                    Fixed.part(incentive[i], input.emission()),
                    Fixed.part(dividends[i], input.emission()),
                    Fixed.part(combined[i], input.emission()),
                    stakes.next()[i],
                    stakes.next()[i] ? shares.bonds().stored().toU16(i) : List.of()));
        }
        return new EpochResult(outcomes);
    }

    private long[] byStake() {
        return Arrays.stream(stakes.active()).anyMatch(s -> s > 0) ? stakes.active() : stakes.all();
    }
}

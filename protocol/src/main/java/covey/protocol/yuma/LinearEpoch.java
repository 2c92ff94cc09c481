package covey.protocol.yuma;

import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult.Outcome;
import covey.protocol.yuma.EpochRule.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * One epoch of the linear rule: incentive I = normalize(Wᵀs), bonds s·W by column, dividends D = normalize(bonds · I).
 * A follower judges with the weights of whom it follows and pays a fee of its dividends for it. Amounts are floored.
 */
final class LinearEpoch {
    private final Linear rule;
    private final EpochInput input;
    private final int count;

    LinearEpoch(Linear rule, EpochInput input) {
        this.rule = rule;
        this.input = input;
        this.count = input.count();
    }

    EpochResult run() {
        boolean[] judges = judges();
        long[] stake = new long[count];
        for (int i = 0; i < count; i++) {
            stake[i] = judges[i] ? input.slots().get(i).stake() : 0;
        }
        Fixed.normalize(stake);
        Matrix weights = weights(judges);
        long[] incentive = new long[count];
        for (int j = 0; j < count; j++) {
            incentive[j] = weights.columnDot(stake, j);
        }
        Fixed.normalize(incentive);
        Matrix bonds = weights.map((i, _, w) -> Fixed.mul(w, stake[i])).columnNormalized();
        long[] dividends = new long[count];
        for (int i = 0; i < count; i++) {
            dividends[i] = bonds.rowDot(i, incentive);
        }
        Fixed.normalize(dividends);
        return result(judges, incentive, Fixed.sum(incentive) == 0 ? byStake() : dividends);
    }

    /** Those with the most stake among all that have enough of it and weights, their own or another's. */
    private boolean[] judges() {
        long[] stake = new long[count];
        for (int i = 0; i < count; i++) {
            Slot slot = input.slots().get(i);
            boolean may = slot.stake() >= rule.minStake() && !judge(i).weights().isEmpty();
            stake[i] = may ? slot.stake() : 0;
        }
        boolean[] judges = Stakes.largest(stake, rule.maxValidators());
        for (int i = 0; i < count; i++) {
            judges[i] = judges[i] && stake[i] > 0;
        }
        return judges;
    }

    /** Whose weights count as the uid's. */
    private int judgeOf(int uid) {
        int followed = input.slots().get(uid).follows().orElse(uid);
        return followed < count ? followed : uid;
    }

    private Slot judge(int uid) {
        return input.slots().get(judgeOf(uid));
    }

    private Matrix weights(boolean[] judges) {
        Matrix weights = new Matrix(count);
        for (int i = 0; i < count; i++) {
            if (judges[i]) {
                int row = i;
                weights.read(
                        row,
                        judge(row).weights().stream()
                                .filter(cell -> counts(row, cell))
                                .toList());
            }
        }
        return weights.rowNormalized();
    }

    /** Not for itself, and not for whom had the uid before. */
    private boolean counts(int row, Cell cell) {
        return cell.uid() < count
                && cell.uid() != row
                && cell.uid() != judgeOf(row)
                && judge(row).lastUpdate() > input.slots().get(cell.uid()).registered();
    }

    private long[] byStake() {
        long[] all = input.slots().stream().mapToLong(Slot::stake).toArray();
        Fixed.normalize(all);
        return all;
    }

    private EpochResult result(boolean[] judges, long[] incentive, long[] dividends) {
        long forWork = Fixed.sum(incentive) == 0 ? 0 : Fixed.mulDiv(input.emission(), rule.incentivePercent(), 100);
        long[] paid = afterFees(dividends, input.emission() - forWork);
        long[] stake = byStake();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long work = Fixed.part(incentive[i], forWork);
            outcomes.add(new Outcome(
                    judges[i],
                    Fixed.toU16(stake[i]),
                    0,
                    0,
                    Fixed.toU16(incentive[i]),
                    Fixed.toU16(dividends[i]),
                    work,
                    paid[i],
                    work + paid[i],
                    judges[i],
                    List.of()));
        }
        return new EpochResult(outcomes);
    }

    private long[] afterFees(long[] dividends, long amount) {
        long[] paid = new long[count];
        for (int i = 0; i < count; i++) {
            long due = Fixed.part(dividends[i], amount);
            int judge = judgeOf(i);
            long fee = judge == i ? 0 : Fixed.mulDiv(due, rule.followFeePercent(), 100);
            paid[i] += due - fee;
            paid[judge] += fee;
        }
        return paid;
    }
}

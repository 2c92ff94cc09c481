package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.WeightRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a validator says next of its weights in one mechanism: one row an epoch, each reveal in its time.
 *
 * @param epoch of the mechanism
 * @param row empty if none is due
 * @param hidden whether the row is committed first
 * @param reveals commits of this validator that count now, the oldest first
 */
public record WeightTurn(long epoch, Optional<SetWeights> row, boolean hidden, List<Hash> reveals) {
    public WeightTurn {
        reveals = List.copyOf(reveals);
    }

    /**
     * Empty if there is no such mechanism or the validator has no uid.
     *
     * @param weights by hotkey, 0 to 65535; those without a uid are left out
     * @param height of the ledger
     */
    public static Optional<WeightTurn> of(
            Economics economics,
            Economy economy,
            Hotkey validator,
            int mechanism,
            SortedMap<Hotkey, Integer> weights,
            long height) {
        Optional<WeightSchedule> schedule = WeightSchedule.of(economics, economy, validator, mechanism, height);
        return Optional.ofNullable(economy.mechanisms().get(mechanism))
                .flatMap(
                        m -> schedule.map(s -> turn(s, m, row(economics, economy, validator, m, weights), height + 1)));
    }

    private static WeightTurn turn(
            WeightSchedule schedule, Mechanism mechanism, Optional<SetWeights> row, long height) {
        boolean due = (schedule.permit() || mechanism.terms().rule() instanceof EpochRule.Linear)
                && schedule.reveals().size() < Limits.COMMITS_MAX_COUNT
                && schedule.nextHeight() <= height
                && schedule.updatedHeight() <= mechanism.lastEpochHeight();
        return new WeightTurn(
                mechanism.epoch(),
                row.filter(_ -> due),
                mechanism.terms().revealEpochs() > 0,
                schedule.reveals().stream()
                        .filter(reveal -> reveal.from() <= height && height <= reveal.through())
                        .map(WeightSchedule.Reveal::commit)
                        .toList());
    }

    private static Optional<SetWeights> row(
            Economics economics,
            Economy economy,
            Hotkey validator,
            Mechanism mechanism,
            SortedMap<Hotkey, Integer> weights) {
        TreeMap<Integer, Integer> byUid = new TreeMap<>();
        economy.seats().forEach((uid, seat) -> {
            int value = weights.getOrDefault(seat.hotkey(), 0);
            if (value > 0 && !seat.hotkey().equals(validator)) {
                byUid.put(uid, value);
            }
        });
        int least = Math.min(economy.seats().size(), economics.weights().minCount());
        int[] values = WeightRow.cut(
                byUid.values().stream().mapToInt(Integer::intValue).toArray(),
                economics.weights().maxU16());
        SetWeights row = new SetWeights(
                mechanism.id(),
                List.copyOf(byUid.keySet()),
                Arrays.stream(values).boxed().toList(),
                mechanism.terms().versionKey());
        boolean isEmpty = Arrays.stream(values).sum() == 0;
        return isEmpty || byUid.size() < least ? Optional.empty() : Optional.of(row);
    }

    /** What a validator commits before it reveals. */
    public static Hash commitOf(Hotkey validator, RevealWeights reveal) {
        return WeightRules.hashOf(validator, reveal);
    }
}

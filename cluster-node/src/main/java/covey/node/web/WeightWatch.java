package covey.node.web;

import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.WeightSchedule;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a validator's weights still count in a mechanism: what an operator must not learn from the pay.
 *
 * @param mechanism its name
 * @param updatedHeight at which they were set or committed last; 0 if never
 * @param staleHeight first height at which an epoch no longer counts them
 * @param nextHeight first height at which others can be said
 * @param epochHeight of the next epoch
 * @param missedReveals commits whose time to be revealed went by
 * @param stale whether there are none that count now
 */
public record WeightWatch(
        String mechanism,
        long updatedHeight,
        long staleHeight,
        long nextHeight,
        long epochHeight,
        long missedReveals,
        boolean stale) {

    /**
     * Empty for a node without a uid.
     *
     * @param scored names of the mechanisms that the node has a scorer for
     */
    public static List<WeightWatch> of(
            Economics economics, Economy economy, Hotkey validator, Set<String> scored, long height) {
        return economy.mechanisms().values().stream()
                .filter(m -> scored.contains(m.name()))
                .flatMap(m -> of(economics, economy, m, validator, height).stream())
                .toList();
    }

    private static Optional<WeightWatch> of(
            Economics economics, Economy economy, Mechanism mechanism, Hotkey validator, long height) {
        boolean none = economy.uidOf(validator)
                .flatMap(uid -> Optional.ofNullable(mechanism.rows().get(uid)))
                .filter(row -> !row.weights().isEmpty())
                .isEmpty();
        return WeightSchedule.of(economics, economy, validator, mechanism.id(), height)
                .map(schedule -> new WeightWatch(
                        mechanism.name(),
                        schedule.updatedHeight(),
                        schedule.staleHeight(),
                        schedule.nextHeight(),
                        schedule.epochHeight(),
                        schedule.reveals().stream()
                                .filter(reveal -> reveal.through() <= height)
                                .count(),
                        none || schedule.staleHeight() <= height));
    }
}

package covey.node.web;

import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.WeightSchedule;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;

/**
 * Whether a validator's weights still count in a mechanism: what an operator must not learn from the pay.
 *
 * @param mechanism its name
 * @param updatedHeight at which they took effect, or were committed, last; 0 if never
 * @param staleHeight first height at which an epoch no longer counts them
 * @param nextHeight first height at which others can be said
 * @param epochHeight of the next epoch
 * @param stale whether there are none that count now
 */
public record WeightWatch(
        String mechanism, long updatedHeight, long staleHeight, long nextHeight, long epochHeight, boolean stale) {

    /** One a mechanism; empty for a node without a uid. */
    public static List<WeightWatch> of(Economics economics, Economy economy, Hotkey validator, long height) {
        return economy.mechanisms().values().stream()
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
                        none || schedule.staleHeight() <= height));
    }
}

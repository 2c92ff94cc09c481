package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Mechanism.Row;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochRule;
import java.util.List;
import java.util.Optional;

/**
 * What a validator may do next with its weights in a mechanism, computed from the ledger instead of found by failing,
 * as far as nothing changes until then.
 *
 * @param permit whether it may judge others
 * @param nextHeight first height at which weights can be set or committed
 * @param updatedHeight of the last weights; 0 if there are none
 * @param staleHeight first height at which an epoch no longer counts them
 * @param epochHeight at which the next epoch runs
 * @param reveals of its commits, the oldest first
 */
public record WeightSchedule(
        boolean permit, long nextHeight, long updatedHeight, long staleHeight, long epochHeight, List<Reveal> reveals) {
    public WeightSchedule {
        reveals = List.copyOf(reveals);
    }

    /**
     * @param from first height at which it counts
     * @param through last one
     */
    public record Reveal(Hash commit, long from, long through) {}

    /**
     * Empty for a hotkey without a uid, or a mechanism that does not exist.
     *
     * @param height of the ledger
     */
    public static Optional<WeightSchedule> of(
            Economics economics, Economy economy, Hotkey hotkey, int mechanismId, long height) {
        Optional<Mechanism> mechanism = Optional.ofNullable(economy.mechanisms().get(mechanismId));
        return mechanism.flatMap(m -> economy.uidOf(hotkey).map(uid -> of(economics, m, m.row(uid), height)));
    }

    private static WeightSchedule of(Economics economics, Mechanism mechanism, Row row, long height) {
        int tempo = economics.tempoBlocks();
        long limited = row.lastUpdate() == 0
                ? 0
                : row.lastUpdate() + economics.weights().rateLimitBlocks();
        long epochHeight = Math.max(height + 1, mechanism.lastEpochHeight() + tempo);
        return new WeightSchedule(
                row.permit(),
                Math.max(height + 1, limited),
                row.lastUpdate(),
                row.lastUpdate() + cutoff(mechanism.terms().rule()) + 1,
                epochHeight,
                row.commits().stream()
                        .map(commit -> {
                            long epochs = commit.epoch() + mechanism.terms().revealEpochs() - mechanism.epoch();
                            long from = mechanism.lastEpochHeight() + epochs * tempo + 1;
                            return new Reveal(commit.hash(), from, from + tempo - 1);
                        })
                        .toList());
    }

    private static long cutoff(EpochRule rule) {
        return switch (rule) {
            case EpochRule.Yuma2 r -> r.yuma().activityCutoffBlocks();
            case EpochRule.Yuma3 r -> r.yuma().activityCutoffBlocks();
            case EpochRule.Linear _ -> Integer.MAX_VALUE;
        };
    }
}

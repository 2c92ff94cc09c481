package covey.protocol.yuma;

import covey.protocol.yuma.EpochInput.Cell;
import java.util.List;

/**
 * What an epoch decided.
 *
 * @param slots by uid
 */
public record EpochResult(List<Outcome> slots) {
    public EpochResult {
        slots = List.copyOf(slots);
    }

    /**
     * Of one uid. Shares are ⌊65535 · x⌋.
     *
     * @param active whether it set weights recently
     * @param stakeWeightU16 share of the stake
     * @param consensusU16 the weight that validators with more than κ of the stake support
     * @param trustU16 how much of its weights lies within consensus
     * @param incentivePay units for its work
     * @param dividendPay units for its judgment
     * @param pay units for both; its share is truncated once, so it may exceed the sum of the two a little
     * @param permit whether it may judge in the next epoch
     * @param bonds ordered by uid
     */
    public record Outcome(
            boolean active,
            int stakeWeightU16,
            int consensusU16,
            int trustU16,
            int incentiveU16,
            int dividendsU16,
            long incentivePay,
            long dividendPay,
            long pay,
            boolean permit,
            List<Cell> bonds) {
        public Outcome {
            bonds = List.copyOf(bonds);
        }
    }
}

package covey.protocol.yuma;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * All that an epoch of one mechanism follows from.
 *
 * @param block height at which it runs
 * @param lastTempo first height after the previous epoch
 * @param owner uid of the mechanism's owner, who is a validator whatever its stake and may weigh itself
 * @param emission units to pay out
 * @param slots by uid
 */
public record EpochInput(long block, long lastTempo, OptionalInt owner, long emission, List<Slot> slots) {
    public EpochInput {
        slots = List.copyOf(slots);
    }

    /**
     * What the ledger knows about a uid.
     *
     * @param stake units
     * @param lastUpdate height at which its weights were set or committed last
     * @param registered height at which the present hotkey got the uid
     * @param permit whether the previous epoch let it judge
     * @param commit height of its earliest commit that is neither revealed nor expired
     * @param resetsBonds whether it asked for its bonds to be forgotten
     * @param follows uid whose weights stand for its own, in the linear rule
     * @param weights ordered by uid; an entry of 0 differs from none
     * @param bonds as the previous epoch left them
     */
    public record Slot(
            long stake,
            long lastUpdate,
            long registered,
            boolean permit,
            OptionalLong commit,
            boolean resetsBonds,
            OptionalInt follows,
            List<Cell> weights,
            List<Cell> bonds) {
        public Slot {
            weights = List.copyOf(weights);
            bonds = List.copyOf(bonds);
        }
    }

    /** @param value 0 to 65535 */
    public record Cell(int uid, int value) {}

    int count() {
        return slots.size();
    }

    boolean isOwner(int uid) {
        return owner.isPresent() && owner.getAsInt() == uid;
    }
}

package covey.protocol.assign;

import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Which positions of a pass have been handed out (rule I2). A slot is {@code slotLength} positions from its start.
 * Starts count from the beginning of {@code pass}; one at or above the window count lies in a later pass, which
 * {@link DataAssignment#windows} understands, so that a round at the end of a pass gets all its slots, and a corpus
 * smaller than a round works too.
 *
 * <p>Fresh slots go first; when none fits into the pass any more, the returned ones; then the next pass begins. No
 * position is handed out again once its slot was kept. If more than {@link Limits#RETURNED_SLOTS_MAX_COUNT} wait, the
 * oldest of them go before fresh ones, to bound the ledger's state.
 *
 * @param pass number of the pass, from 0
 * @param position first position never handed out
 * @param returned starts of slots that were handed out and came back, oldest first
 */
public record DataCursor(long pass, long position, List<Long> returned) {
    public static final DataCursor START = new DataCursor(0, 0, List.of());

    /** @param slots starts in the order taken, as positions of {@code pass}; permute them before use */
    public record Taken(DataCursor next, long pass, List<Long> slots) {
        public Taken {
            slots = List.copyOf(slots);
        }
    }

    public DataCursor {
        returned = List.copyOf(returned);
        if (pass < 0 || position < 0) {
            throw new IllegalArgumentException(
                    "cursor: pass " + pass + ", position " + position + " (expected: at least 0)");
        }
    }

    /**
     * Takes a round's slots.
     *
     * @param slotLength windows of a slot: B·H
     * @param windowCount windows of a pass
     */
    public Taken take(int slotCount, int slotLength, long windowCount) {
        if (slotCount < 0 || slotLength < 1 || windowCount < 1) {
            throw new IllegalArgumentException("slots: " + slotCount + " of " + slotLength + " windows out of "
                    + windowCount + " (expected: at least one window a slot and a pass)");
        }
        DataCursor from = startedPass(windowCount);
        List<Long> waiting = new ArrayList<>(from.returned);
        List<Long> slots = new ArrayList<>(slotCount);
        long at = from.position;
        while (slots.size() < slotCount) {
            boolean fits = at + slotLength <= windowCount && waiting.size() <= Limits.RETURNED_SLOTS_MAX_COUNT;
            int old = fits ? -1 : firstBelow(waiting, windowCount);
            if (old >= 0) {
                slots.add(waiting.remove(old));
            } else {
                slots.add(at);
                at += slotLength;
            }
        }
        return new Taken(new DataCursor(from.pass, at, waiting), from.pass, slots);
    }

    /** Gives back slots of the round that was taken last. */
    public DataCursor giveBack(List<Long> slots) {
        List<Long> all = new ArrayList<>(returned);
        all.addAll(slots);
        return new DataCursor(pass, position, all);
    }

    /** Counts from a later pass once nothing of this one is left. */
    private DataCursor startedPass(long windowCount) {
        long over = position / windowCount;
        for (long start : returned) {
            over = Math.min(over, start / windowCount);
        }
        long shift = over * windowCount;
        return over == 0
                ? this
                : new DataCursor(
                        pass + over,
                        position - shift,
                        returned.stream().map(start -> start - shift).toList());
    }

    private static int firstBelow(List<Long> starts, long bound) {
        for (int i = 0; i < starts.size(); i++) {
            if (starts.get(i) < bound) {
                return i;
            }
        }
        return -1;
    }
}

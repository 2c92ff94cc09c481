package covey.protocol.yuma;

import covey.protocol.yuma.EpochInput.Slot;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whose stake counts in an epoch.
 *
 * @param all share of the stake by uid, of those that reach the threshold
 * @param active share of those among them that may judge and did so recently
 * @param isActive whether a uid set weights recently
 * @param mayJudge permits of this epoch
 * @param next permits of the next one
 */
record Stakes(long[] all, long[] active, boolean[] isActive, boolean[] mayJudge, boolean[] next) {

    static Stakes of(Yuma yuma, EpochInput input) {
        int count = input.count();
        long[] all = new long[count];
        boolean[] isActive = new boolean[count];
        boolean[] mayJudge = new boolean[count];
        for (int i = 0; i < count; i++) {
            Slot slot = input.slots().get(i);
            boolean owner = input.isOwner(i);
            all[i] = slot.stake() >= yuma.stakeThreshold() || owner ? slot.stake() : 0;
            isActive[i] = slot.lastUpdate() + yuma.activityCutoffBlocks() >= input.block();
            mayJudge[i] = slot.permit() || owner;
        }
        Fixed.normalize(all);
        return new Stakes(all, active(all, isActive, mayJudge), isActive, mayJudge, permits(yuma, input, all));
    }

    private static long[] active(long[] all, boolean[] isActive, boolean[] mayJudge) {
        long[] active = new long[all.length];
        for (int i = 0; i < all.length; i++) {
            active[i] = isActive[i] && mayJudge[i] ? all[i] : 0;
        }
        Fixed.normalize(active);
        return active;
    }

    private static boolean[] permits(Yuma yuma, EpochInput input, long[] all) {
        boolean[] permits = largest(all, yuma.maxValidators());
        for (int i = 0; i < permits.length; i++) {
            permits[i] = input.isOwner(i) || permits[i] && all[i] != 0;
        }
        return permits;
    }

    /** The k largest. The ascending sort is stable, so of equal ones the higher uids are taken. */
    static boolean[] largest(long[] values, int k) {
        boolean[] chosen = new boolean[values.length];
        List<Integer> ascending = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingLong(uid -> values[uid]))
                .toList();
        ascending.subList(Math.max(0, values.length - k), values.length).forEach(uid -> chosen[uid] = true);
        return chosen;
    }
}

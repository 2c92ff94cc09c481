package covey.protocol.yuma;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which uid a newcomer replaces when all are taken: of those that are not immune the one that earned least, then the
 * one that came first, then the lowest. If few enough are not immune, an immune one goes.
 *
 * @param immunityBlocks that a newcomer is safe for
 * @param minNonImmuneCount of those that are not immune, so many stay
 */
public record Pruning(long immunityBlocks, int minNonImmuneCount) {
    /**
     * @param emission of the last epoch, units
     * @param registered height of registration
     * @param immortal never replaced
     */
    public record Candidate(long emission, long registered, boolean immortal) {}

    /** Empty if every uid is immortal. */
    public OptionalInt choose(List<Candidate> byUid, long block) {
        int[] settled = IntStream.range(0, byUid.size())
                .filter(uid -> !byUid.get(uid).immortal() && !isImmune(byUid.get(uid), block))
                .toArray();
        if (settled.length > minNonImmuneCount) {
            return worst(byUid, IntStream.of(settled));
        }
        return worst(
                byUid,
                IntStream.range(0, byUid.size())
                        .filter(uid -> !byUid.get(uid).immortal() && isImmune(byUid.get(uid), block)));
    }

    private boolean isImmune(Candidate candidate, long block) {
        return block - candidate.registered() < immunityBlocks;
    }

    private static OptionalInt worst(List<Candidate> byUid, IntStream uids) {
        return uids.boxed()
                .min(Comparator.<Integer>comparingLong(uid -> byUid.get(uid).emission())
                        .thenComparingLong(uid -> byUid.get(uid).registered())
                        .thenComparingInt(uid -> uid))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }
}

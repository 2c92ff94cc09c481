package covey.protocol.yuma;

import java.util.Arrays;

/**
 * The stake-weighted median: the largest score such that the stake of those who give at least it is a majority. Ties
 * and rounding follow the published algorithm: a quickselect whose pivot is the element in the middle of the list.
 */
public final class Median {
    private final long[] stakes;
    private final long[] scores;
    private final long minority;

    private Median(long[] stakes, long[] scores, long minority) {
        this.stakes = stakes;
        this.scores = scores;
        this.minority = minority;
    }

    /** Candidates and the stake below and up to them. */
    private record Interval(int[] uids, long low, long high) {}

    /**
     * @param stakes q32 by uid; those of 0 have no say
     * @param scores q32 by uid
     * @param majority q32 share of the stake
     */
    public static long of(long[] stakes, long[] scores, long majority) {
        int[] uids = positive(stakes);
        long[] shares = stakes.clone();
        Fixed.normalize(shares);
        long total = Fixed.sum(shares);
        return new Median(shares, scores, total - majority).select(new Interval(uids, 0, total));
    }

    private static int[] positive(long[] stakes) {
        int[] uids = new int[stakes.length];
        int count = 0;
        for (int i = 0; i < stakes.length; i++) {
            if (stakes[i] > 0) {
                uids[count++] = i;
            }
        }
        return Arrays.copyOf(uids, count);
    }

    private long select(Interval start) {
        Interval at = start;
        for (int i = 0; i <= start.uids.length; i++) {
            int[] uids = at.uids;
            if (uids.length == 0) {
                return 0;
            }
            if (uids.length == 1) {
                return scores[uids[0]];
            }
            long pivot = scores[uids[uids.length / 2]];
            int[] lower = side(uids, pivot, -1);
            int[] upper = side(uids, pivot, 1);
            long lowerEnd = Fixed.add(at.low, stakeOf(lower));
            long upperStart = at.high - stakeOf(upper);
            if (minority < lowerEnd && lower.length > 0) {
                at = new Interval(lower, at.low, lowerEnd);
            } else if (upperStart <= minority && upper.length > 0) {
                at = new Interval(upper, upperStart, at.high);
            } else {
                return pivot;
            }
        }
        return 0;
    }

    private int[] side(int[] uids, long pivot, int sign) {
        return Arrays.stream(uids)
                .filter(uid -> Long.compare(scores[uid], pivot) == sign)
                .toArray();
    }

    private long stakeOf(int[] uids) {
        long sum = 0;
        for (int uid : uids) {
            sum = Fixed.add(sum, stakes[uid]);
        }
        return sum;
    }
}

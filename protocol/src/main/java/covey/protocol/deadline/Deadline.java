package covey.protocol.deadline;

import java.util.List;

/**
 * When COMMIT stops waiting, from the arrivals of commitments (rule D3). Times are milliseconds of ledger time since
 * OPEN. A median is the lower one, so that it is always an arrival.
 *
 * @param medianMs of the arrivals
 * @param closesMs a quorum given, COMMIT closes then
 */
public record Deadline(long medianMs, long closesMs) {
    /** k: arrivals of one speed with normal jitter lie within 2.7 standard deviations. */
    private static final int DEVIATIONS = 4;

    private static final long LEAST_SLACK_MS = 2_000;

    /**
     * @param arrivals of this round, at least one
     * @param pastMedians of the arrivals of the last rounds; without any, as in round 1, the ceiling stands
     * @param ceilingMs the latest deadline
     */
    public static Deadline of(List<Long> arrivals, List<Long> pastMedians, long ceilingMs) {
        long median = median(arrivals);
        if (pastMedians.isEmpty()) {
            return new Deadline(median, ceilingMs);
        }
        long deviation = median(arrivals.stream().map(a -> Math.abs(a - median)).toList());
        long slack = Math.max(DEVIATIONS * deviation, Math.max(median / 4, LEAST_SLACK_MS));
        long floor = median(pastMedians) / 2;
        return new Deadline(median, Math.min(ceilingMs, Math.max(floor, median + slack)));
    }

    /**
     * A trainer that has steps enough for a contribution goes on no longer than this (rule H10): half of the slack is
     * left to compress, to record, and to reach a block.
     */
    public long cutOffMs() {
        return medianMs + (closesMs - medianMs) / 2;
    }

    /** The lower median. */
    public static long median(List<Long> values) {
        return values.stream()
                .sorted()
                .skip((values.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}

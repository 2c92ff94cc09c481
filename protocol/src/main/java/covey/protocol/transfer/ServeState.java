package covey.protocol.transfer;

import covey.protocol.model.ContentId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a holder stands.
 *
 * @param upload paces all that it sends
 * @param served contents that may be asked for
 * @param links one a fetcher, by the interpreter's number for it
 * @param lastLink whose turn it was
 */
public record ServeState(
        TokenBucket upload, SortedMap<ContentId, SegmentPlan> served, SortedMap<Integer, Link> links, int lastLink) {

    /**
     * What one fetcher waits for.
     *
     * @param grant paces what it is sent, at the rate that it asked for last
     * @param unitsPerDatagram how many units a datagram to it may carry
     * @param transfers its queues, by its own number for the transfer; none is empty
     * @param lastTransfer whose turn it was
     * @param blocked the link took nothing more; until the next tick
     */
    public record Link(
            TokenBucket grant,
            int unitsPerDatagram,
            SortedMap<Integer, List<Job>> transfers,
            int lastTransfer,
            boolean blocked) {

        Link withGrant(TokenBucket next) {
            return new Link(next, unitsPerDatagram, transfers, lastTransfer, blocked);
        }

        Link block(boolean now) {
            return new Link(grant, unitsPerDatagram, transfers, lastTransfer, now);
        }

        Link turn(int transfer) {
            return new Link(grant, unitsPerDatagram, transfers, transfer, blocked);
        }

        Link withJobs(int transfer, List<Job> jobs) {
            SortedMap<Integer, List<Job>> next = new TreeMap<>(transfers);
            if (jobs.isEmpty()) {
                next.remove(transfer);
            } else {
                next.put(transfer, List.copyOf(jobs));
            }
            return new Link(grant, unitsPerDatagram, Collections.unmodifiableSortedMap(next), lastTransfer, blocked);
        }

        List<Job> jobs(int transfer) {
            return transfers.getOrDefault(transfer, List.of());
        }

        int jobCount() {
            return transfers.values().stream().mapToInt(List::size).sum();
        }
    }

    /** What is left of a request. Its ranges are not empty. */
    public record Job(ContentId content, int segment, int ask, List<UnitRange> ranges) {
        public Job {
            ranges = List.copyOf(ranges);
        }
    }

    public boolean isIdle() {
        return links.values().stream().allMatch(link -> link.transfers().isEmpty());
    }

    public static ServeState start(TokenBucket upload) {
        return new ServeState(upload, Collections.emptySortedMap(), Collections.emptySortedMap(), 0);
    }
}

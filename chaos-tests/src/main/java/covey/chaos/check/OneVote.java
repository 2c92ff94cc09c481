package covey.chaos.check;

import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.SignedVote;
import covey.protocol.model.Hash;
import java.util.HashMap;
import java.util.Map;

/**
 * An authority acknowledges one hash for a ballot and height, goes to no lower ballot, and says nothing before it is on
 * its disk (rules C1, C3).
 */
public final class OneVote implements Checker {
    private record Slot(int authority, BallotNumber ballot, long height) {}

    private final Map<Slot, Hash> acked = new HashMap<>();
    private final Map<Integer, BallotNumber> highest = new HashMap<>();

    @Override
    public void see(Event event) {
        if (event instanceof Event.Voted voted) {
            voted(voted);
        }
    }

    private void voted(Event.Voted event) {
        boolean durable = event.onDisk()
                .flatMap(record -> record.last())
                .filter(event.vote()::equals)
                .isPresent();
        if (!durable) {
            throw new Violation("authority " + event.node() + " says a vote that is not on its disk: " + event.vote());
        }
        BallotNumber ballot = event.vote().ballot();
        BallotNumber before = highest.merge(event.node(), ballot, (a, b) -> a.compareTo(b) > 0 ? a : b);
        if (before.compareTo(ballot) > 0) {
            throw new Violation("authority " + event.node() + " votes in ballot " + ballot + " after " + before);
        }
        if (event.vote() instanceof SignedVote.Acked ack) {
            Slot slot = new Slot(event.node(), ack.ballot(), ack.height());
            Hash known = acked.putIfAbsent(slot, ack.blockHash());
            if (known != null && !known.equals(ack.blockHash())) {
                throw new Violation("two votes of authority " + event.node() + " in " + ballot);
            }
        }
    }
}

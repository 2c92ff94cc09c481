package covey.chaos.check;

import covey.protocol.model.ContentId;
import java.util.SortedMap;
import java.util.TreeMap;

/** No byte of a contribution leaves a node before its round has closed on the sender's ledger (rule D5). */
public final class NothingEarly implements Checker {
    private final SortedMap<ContentId, Long> rounds = new TreeMap<>();

    @Override
    public void see(Event event) {
        if (event instanceof Event.Made made) {
            rounds.putIfAbsent(made.content(), made.round());
        } else if (event instanceof Event.Sent sent) {
            sent(sent);
        }
    }

    private void sent(Event.Sent event) {
        Long round = rounds.get(event.content());
        boolean early = round != null
                && event.ledger().lastSealed() < round
                && event.ledger()
                        .round()
                        .filter(r -> r.round() == round && r.isClosed())
                        .isEmpty();
        if (early) {
            throw new Violation("node " + event.node() + " serves "
                    + event.content().brief() + " of round " + round + " before it closed");
        }
    }
}

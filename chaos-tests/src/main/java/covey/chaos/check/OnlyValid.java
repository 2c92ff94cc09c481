package covey.chaos.check;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import java.util.HashMap;
import java.util.Map;

/** No contribution that is garbage, stale or of another θ gets into a round (S10; rule D6). */
public final class OnlyValid implements Checker {
    private record Key(ContentId content, long round) {}

    private final Map<Key, Boolean> valid = new HashMap<>();
    private long last;

    @Override
    public void see(Event event) {
        if (event instanceof Event.Made made) {
            valid.put(new Key(made.content(), made.round()), made.valid());
        } else if (event instanceof Event.Certified certified) {
            for (SealedRound ended :
                    certified.after().rounds().sealed().tailMap(last + 1).values()) {
                last = ended.round();
                ended.accepted().forEach(this::accepted);
            }
        }
    }

    private void accepted(Commitment commitment) {
        if (!valid.getOrDefault(new Key(commitment.contribution(), last), false)) {
            throw new Violation(
                    "round " + last + " accepts " + commitment.contribution().brief() + ", which is not valid in it");
        }
    }
}

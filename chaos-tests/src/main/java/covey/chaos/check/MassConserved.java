package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What left a trainer's error feedback was applied or came back, once; nothing comes back of what was refused for its
 * own fault (rule E3).
 */
public final class MassConserved implements Checker {
    private final SortedMap<Long, SealedRound> sealed = new TreeMap<>();

    @Override
    public void see(Event event) {
        if (event instanceof Event.Certified certified) {
            follow(certified.after());
        } else if (event instanceof Event.CameBack back) {
            cameBack(back);
        }
    }

    private void follow(LedgerState ledger) {
        ledger.rounds().sealed().forEach(sealed::putIfAbsent);
    }

    private void cameBack(Event.CameBack event) {
        SealedRound round = sealed.get(event.round());
        if (round == null) {
            throw new Violation("node " + event.node() + " settles round " + event.round() + " before it is sealed");
        }
        int expected = isApplied(round, event.content()) || isFault(round, event.content()) ? 0 : 1;
        if (event.times() != expected) {
            throw new Violation("contribution " + event.content().brief() + " of node " + event.node() + " in round "
                    + event.round() + " came back " + event.times() + " times (expected: " + expected + ")");
        }
    }

    private static boolean isApplied(SealedRound round, ContentId content) {
        return round.collectSet().stream().map(Commitment::contribution).anyMatch(content::equals);
    }

    private static boolean isFault(SealedRound round, ContentId content) {
        return round.refused().stream()
                .filter(r -> r.contribution().equals(content))
                .anyMatch(r -> r.code() != 0 && r.code() != Refused.NO_JUDGE);
    }
}

package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Map;

/**
 * No round is sealed without a contribution that validators with 2/3 of the stake had and found good, so none is sealed
 * empty while there is one (rules D7, D12). Reads one ledger, like {@link RoundByRules}.
 */
public final class NotEmpty implements Checker {
    private LedgerState before;

    /** @param start the ledger before the first block */
    public NotEmpty(LedgerState start) {
        this.before = start;
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Certified certified && certified.after().height() == before.height() + 1) {
            LedgerState after = certified.after();
            after.sealed(before.lastSealed() + 1)
                    .ifPresent(ended -> before.round().ifPresent(round -> ended(ended, round, after)));
            before = after;
        }
    }

    /** @param round as it was before the block that sealed it; later verdicts do not matter */
    private static void ended(SealedRound ended, RoundState round, LedgerState after) {
        for (Commitment commitment : round.commits()) {
            long accept = stake(round, after, commitment.contribution(), true);
            long all = stake(round, after, commitment.contribution(), false);
            if (accept > 0 && 3 * accept >= 2 * all && !ended.accepted().contains(commitment)) {
                throw new Violation("round " + ended.round() + " is sealed with "
                        + ended.accepted().size()
                        + " contributions and without "
                        + commitment.contribution().brief() + ", which validators with " + accept + " of " + all
                        + " accept");
            }
        }
    }

    /** Of the validators that count in the end: of those who accept, or of all. */
    private static long stake(RoundState round, LedgerState after, ContentId content, boolean accepting) {
        return round.stakes().entrySet().stream()
                .filter(e -> !round.suspended().contains(e.getKey())
                        && !after.standing(e.getKey()).suspended())
                .filter(e -> !accepting || accepts(round, e, content))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static boolean accepts(RoundState round, Map.Entry<Hotkey, Long> validator, ContentId content) {
        Map<ContentId, Integer> codes = round.verdicts().get(validator.getKey());
        return codes != null && codes.getOrDefault(content, -1) == 0;
    }
}

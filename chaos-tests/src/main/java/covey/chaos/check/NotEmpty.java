package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * No round is sealed without a contribution that validators with 2/3 of the stake had and found good, and none is
 * sealed empty while so many ran and had a valid one on their disks for as long as it takes to say so (rules D7, D12).
 * Reads one ledger, like {@link RoundByRules}.
 */
public final class NotEmpty implements Checker {
    /** Ledger time in which a statement that is resent each second is in a block, unless its node is cut off. */
    private static final long SAY_MS = 2_500;

    private record Having(Hotkey validator, ContentId content) {}

    private final BiPredicate<Hotkey, ContentId> onDisk;
    private final Set<ContentId> valid = new HashSet<>();
    /** Ledger time; of the round in progress. */
    private final Map<Having, Long> hadSinceMs = new HashMap<>();

    private LedgerState before;

    /**
     * @param start the ledger before the first block
     * @param onDisk what a node has now, if it runs
     */
    public NotEmpty(LedgerState start, BiPredicate<Hotkey, ContentId> onDisk) {
        this.before = start;
        this.onDisk = onDisk;
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Made made && made.valid()) {
            valid.add(made.content());
        } else if (event instanceof Event.Certified certified
                && certified.after().height() == before.height() + 1) {
            LedgerState after = certified.after();
            after.sealed(before.lastSealed() + 1)
                    .ifPresent(ended -> before.round().ifPresent(round -> {
                        ended(ended, round, after);
                        empty(ended, round, after);
                    }));
            before = after;
            look(after);
        }
    }

    private void look(LedgerState after) {
        Set<Having> now = new HashSet<>();
        after.round()
                .ifPresent(round -> round.commits()
                        .forEach(c -> round.stakes().keySet().stream()
                                .filter(v -> onDisk.test(v, c.contribution()))
                                .forEach(v -> now.add(new Having(v, c.contribution())))));
        hadSinceMs.keySet().retainAll(now);
        now.forEach(having -> hadSinceMs.putIfAbsent(having, after.timeMs()));
    }

    private boolean hadLong(Hotkey validator, ContentId content, long nowMs) {
        return hadSinceMs.getOrDefault(new Having(validator, content), nowMs) <= nowMs - SAY_MS;
    }

    /** @param round as it was before the block that sealed it; later verdicts do not matter */
    private static void ended(SealedRound ended, RoundState round, LedgerState after) {
        for (Commitment commitment : round.commits()) {
            long accept = stake(round, after, v -> accepts(round, v, commitment.contribution()));
            long all = stake(round, after, v -> true);
            if (accept > 0 && 3 * accept >= 2 * all && !ended.accepted().contains(commitment)) {
                throw new Violation("round " + ended.round() + " is sealed with "
                        + ended.accepted().size()
                        + " contributions and without "
                        + commitment.contribution().brief() + ", which validators with " + accept + " of " + all
                        + " accept");
            }
        }
    }

    private void empty(SealedRound ended, RoundState round, LedgerState after) {
        if (!ended.accepted().isEmpty()) {
            return;
        }
        for (Refused refused : ended.refused()) {
            ContentId content = refused.contribution();
            long having = stake(round, after, v -> hadLong(v, content, after.timeMs()));
            long all = stake(round, after, v -> true);
            if (refused.code() == 0 && valid.contains(content) && having > 0 && 3 * having >= 2 * all) {
                throw new Violation("round " + ended.round() + " is sealed empty, though validators with " + having
                        + " of " + all + " have " + content.brief());
            }
        }
    }

    /** Of the validators that count in the end. */
    private static long stake(RoundState round, LedgerState after, Predicate<Hotkey> who) {
        return round.stakes().entrySet().stream()
                .filter(e -> !round.suspended().contains(e.getKey())
                        && !after.standing(e.getKey()).suspended())
                .filter(e -> who.test(e.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static boolean accepts(RoundState round, Hotkey validator, ContentId content) {
        Map<ContentId, Integer> codes = round.verdicts().get(validator);
        return codes != null && codes.getOrDefault(content, -1) == 0;
    }
}

package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * While something is undecided, no round is sealed empty and nobody suspended for it before the validators had the
 * collect time, and five blocks, from when enough of them had attested (rules D7, D12, docs/adr/0008). Reads one
 * ledger, like {@link RoundByRules}.
 */
public final class NoHaste implements Checker {
    /** Blocks in which validators can answer one another. */
    private static final long MIN_BLOCKS = 5;

    private final Genesis.Timing timing;
    private LedgerState before;
    /** The ledger since which those that attested may end the round in progress without the others. */
    private Optional<LedgerState> enoughSince = Optional.empty();

    /** @param start the ledger before the first block */
    public NoHaste(Genesis.Timing timing, LedgerState start) {
        this.timing = timing;
        this.before = start;
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Certified certified && certified.after().height() == before.height() + 1) {
            LedgerState after = certified.after();
            before.round().ifPresent(round -> {
                after.sealed(round.round()).ifPresent(ended -> ended(ended, round, after));
                after.round().filter(r -> r.round() == round.round()).ifPresent(r -> suspended(round, r, after));
            });
            enoughSince = after.round()
                    .filter(round -> isEnough(round, after))
                    .map(round -> isNew(round) ? after : enoughSince.orElse(after));
            before = after;
        }
    }

    private boolean isNew(RoundState round) {
        return before.round().filter(r -> r.round() == round.round()).isEmpty();
    }

    private boolean isEnough(RoundState round, LedgerState after) {
        long attested = counted(round, round.attested()::contains);
        long registered =
                round.stakes().values().stream().mapToLong(Long::longValue).sum();
        Optional<Long> sinceMs = round.closed().map(c -> after.timeMs() - c.timeMs());
        boolean half = sinceMs.filter(ms -> ms >= timing.ceilingMs()).isPresent() && 2 * attested >= registered;
        return sinceMs.isPresent() && (half || 3 * attested >= 2 * counted(round, v -> true));
    }

    /** Nothing has passed if this is the first block after which they are enough. */
    private boolean isHasty(LedgerState after) {
        LedgerState since = enoughSince.orElse(after);
        return after.timeMs() - since.timeMs() < timing.collectMs() || after.height() - since.height() < MIN_BLOCKS;
    }

    private String sinceEnough(LedgerState after) {
        LedgerState since = enoughSince.orElse(after);
        return (after.timeMs() - since.timeMs()) + " ms and " + (after.height() - since.height())
                + " blocks after enough attested, though one is undecided";
    }

    private void ended(SealedRound ended, RoundState round, LedgerState after) {
        boolean undecided = ended.refused().stream().anyMatch(r -> r.code() == 0);
        if (ended.accepted().isEmpty() && undecided && isHasty(after)) {
            throw new Violation("round " + round.round() + ": sealed empty " + sinceEnough(after));
        }
    }

    private void suspended(RoundState earlier, RoundState round, LedgerState after) {
        if (earlier.suspended().equals(round.suspended())) {
            return;
        }
        long total = counted(round, v -> true);
        boolean filled = round.commits().stream().anyMatch(c -> 3 * said(round, c.contribution(), true) >= 2 * total);
        boolean undecided = round.commits().stream()
                .map(Commitment::contribution)
                .anyMatch(c -> 3 * said(round, c, false) <= total);
        if (!filled && undecided && isHasty(after)) {
            throw new Violation("round " + round.round() + ": a validator is suspended " + sinceEnough(after));
        }
    }

    /** Stake of those whose verdict on it the ledger has. */
    private static long said(RoundState round, ContentId content, boolean accepting) {
        return counted(round, v -> {
            Integer code = round.verdicts()
                    .getOrDefault(v, Collections.emptySortedMap())
                    .get(content);
            return code != null && (code == 0) == accepting;
        });
    }

    /** Stake of those who are not suspended and are meant. */
    private static long counted(RoundState round, Predicate<Hotkey> who) {
        return round.stakes().entrySet().stream()
                .filter(e -> !round.suspended().contains(e.getKey()) && who.test(e.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}

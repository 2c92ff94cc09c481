package covey.protocol.ledger.trust;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Who is trusted (rule H7). An evaluation counts once validators with 2/3 of the stake in its round found the same.
 * Until somebody has passed three, all are trusted, as those who pass later had no chance to; from then on whoever has
 * not, or has failed since, enters θ with a quarter. Immutable.
 *
 * @param begun whether somebody has passed three
 * @param passed evaluations passed since the last failed one; those without are left out
 * @param open findings by round, of the latest sealed ones
 */
public record Trusts(boolean begun, SortedMap<Hotkey, Trust> passed, SortedMap<Long, Findings> open) {
    public static final Trusts NONE = new Trusts(false, Collections.emptySortedMap(), Collections.emptySortedMap());

    public int factorQ16(Hotkey trainer) {
        return begun ? passed.getOrDefault(trainer, Trust.NONE).trustQ16() : Limits.FACTOR_ONE;
    }

    /** Of a sealed round that may still be spoken of. */
    public Optional<Findings> findings(long round) {
        return Optional.ofNullable(open.get(round));
    }

    /**
     * A round was sealed: it may be spoken of, and the oldest no more.
     *
     * @param stakes of active validators in it
     * @param trainers its collect set
     * @param isOwn whether a validator may not judge a trainer (rule A3)
     */
    public Trusts sealed(
            long round, SortedMap<Hotkey, Long> stakes, SortedSet<Hotkey> trainers, BiPredicate<Hotkey, Hotkey> isOwn) {
        TreeMap<Long, Findings> next = new TreeMap<>(open.tailMap(oldest(round)));
        next.put(round, Findings.open(stakes, trainers, isOwn));
        return new Trusts(begun, passed, Collections.unmodifiableSortedMap(next));
    }

    /**
     * @param round of {@link #findings}
     * @param found by trainer of it: whether it passed
     */
    public Trusts after(long round, Hotkey validator, SortedMap<Hotkey, Boolean> found) {
        Findings before = findings(round).orElseThrow();
        Findings findings = before.with(validator, found);
        TreeMap<Hotkey, Trust> next = new TreeMap<>(passed);
        found.forEach((trainer, pass) -> {
            if (isAgreed(findings, trainer, pass) && !isAgreed(before, trainer, pass)) {
                count(next, trainer, pass);
            }
        });
        boolean begins = begun || next.values().stream().anyMatch(trust -> trust.passed() >= Trust.NEEDED);
        TreeMap<Long, Findings> rounds = new TreeMap<>(open);
        rounds.put(round, findings);
        return new Trusts(begins, Collections.unmodifiableSortedMap(next), Collections.unmodifiableSortedMap(rounds));
    }

    private static boolean isAgreed(Findings findings, Hotkey trainer, boolean pass) {
        return Optional.ofNullable(findings.tallies().get(trainer))
                .filter(tally -> tally.isAgreed(pass))
                .isPresent();
    }

    private static void count(SortedMap<Hotkey, Trust> trusts, Hotkey trainer, boolean pass) {
        Trust after = trusts.getOrDefault(trainer, Trust.NONE).after(pass);
        if (after.equals(Trust.NONE)) {
            trusts.remove(trainer);
        } else {
            trusts.put(trainer, after);
        }
    }

    /** First sealed round that may still be spoken of. */
    public static long oldest(long lastSealed) {
        return lastSealed - Limits.EVALUATION_ROUNDS + 1;
    }
}

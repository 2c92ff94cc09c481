package covey.protocol.ledger.trust;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who is trusted (rule H7). An evaluation counts once validators with 2/3 of the stake found the same. Until somebody
 * has passed three, all are trusted, as those who pass later had no chance to; from then on whoever has not, or has
 * failed since, enters θ with a quarter. Immutable.
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

    public boolean hasSaid(long round, Hotkey validator) {
        return open.getOrDefault(round, Findings.NONE).said().containsKey(validator);
    }

    /**
     * @param found by trainer: whether it passed
     * @param stakes of all validators, now
     */
    public Trusts after(
            long round, Hotkey validator, SortedMap<Hotkey, Boolean> found, SortedMap<Hotkey, Long> stakes) {
        Findings findings = open.getOrDefault(round, Findings.NONE).with(validator, found);
        SortedMap<Hotkey, Trust> next = new TreeMap<>(passed);
        long all = stakes.values().stream().mapToLong(Long::longValue).sum();
        for (var entry : found.entrySet()) {
            Hotkey trainer = entry.getKey();
            long agreeing = findings.stake(trainer, entry.getValue(), stakes);
            if (!findings.counted().contains(trainer) && 3 * agreeing >= 2 * all) {
                findings = findings.counting(trainer);
                count(next, trainer, entry.getValue());
            }
        }
        boolean begins = begun || next.values().stream().anyMatch(trust -> trust.passed() >= Trust.NEEDED);
        return new Trusts(begins, Collections.unmodifiableSortedMap(next), with(round, findings));
    }

    private static void count(SortedMap<Hotkey, Trust> trusts, Hotkey trainer, boolean pass) {
        Trust after = trusts.getOrDefault(trainer, Trust.NONE).after(pass);
        if (after.equals(Trust.NONE)) {
            trusts.remove(trainer);
        } else {
            trusts.put(trainer, after);
        }
    }

    private SortedMap<Long, Findings> with(long round, Findings findings) {
        SortedMap<Long, Findings> next = new TreeMap<>(open);
        next.put(round, findings);
        return Collections.unmodifiableSortedMap(next);
    }

    /** Forgets findings of rounds that nobody may speak of any more. */
    public Trusts sealed(long lastSealed) {
        long oldest = oldest(lastSealed);
        return open.isEmpty() || open.firstKey() >= oldest
                ? this
                : new Trusts(begun, passed, Collections.unmodifiableSortedMap(new TreeMap<>(open.tailMap(oldest))));
    }

    /** First sealed round that may still be spoken of. */
    public static long oldest(long lastSealed) {
        return lastSealed - Limits.EVALUATION_ROUNDS + 1;
    }
}

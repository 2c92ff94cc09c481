package covey.protocol.ledger.trust;

import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What validators said of the trainers of one round. Immutable.
 *
 * @param said by validator, then trainer: whether it passed its evaluation
 * @param counted trainers whose evaluation has had 2/3 of the stake
 */
public record Findings(SortedMap<Hotkey, SortedMap<Hotkey, Boolean>> said, SortedSet<Hotkey> counted) {
    static final Findings NONE = new Findings(Collections.emptySortedMap(), Collections.emptySortedSet());

    Findings with(Hotkey validator, SortedMap<Hotkey, Boolean> passed) {
        SortedMap<Hotkey, SortedMap<Hotkey, Boolean>> next = new TreeMap<>(said);
        next.put(validator, Collections.unmodifiableSortedMap(new TreeMap<>(passed)));
        return new Findings(Collections.unmodifiableSortedMap(next), counted);
    }

    Findings counting(Hotkey trainer) {
        SortedSet<Hotkey> next = new TreeSet<>(counted);
        next.add(trainer);
        return new Findings(said, Collections.unmodifiableSortedSet(next));
    }

    /** Stake of those who found so. */
    long stake(Hotkey trainer, boolean passed, SortedMap<Hotkey, Long> stakes) {
        return said.entrySet().stream()
                .filter(entry -> Boolean.valueOf(passed).equals(entry.getValue().get(trainer)))
                .mapToLong(entry -> stakes.getOrDefault(entry.getKey(), 0L))
                .sum();
    }
}

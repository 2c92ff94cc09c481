package covey.protocol.ledger.trust;

import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * What validators said of the trainers of one sealed round. Stakes are those of the round, so that nobody gains by
 * staking for the moment in which he speaks. Immutable.
 *
 * @param stakes of those who may speak
 * @param tallies by trainer of the collect set
 * @param spoken who has
 */
public record Findings(SortedMap<Hotkey, Long> stakes, SortedMap<Hotkey, Tally> tallies, SortedSet<Hotkey> spoken) {
    /**
     * Stake about one trainer.
     *
     * @param judges of all who may judge it: its owner's validators may not (rule A3)
     */
    public record Tally(long judges, long passed, long failed) {
        private Tally with(boolean pass, long stake) {
            return pass ? new Tally(judges, passed + stake, failed) : new Tally(judges, passed, failed + stake);
        }

        /** Whether 2/3 found so. */
        boolean isAgreed(boolean pass) {
            return judges > 0 && 3 * (pass ? passed : failed) >= 2 * judges;
        }
    }

    /**
     * @param stakes of active validators in the round
     * @param trainers its collect set
     * @param isOwn whether a validator may not judge a trainer
     */
    static Findings open(
            SortedMap<Hotkey, Long> stakes, SortedSet<Hotkey> trainers, BiPredicate<Hotkey, Hotkey> isOwn) {
        TreeMap<Hotkey, Long> speaking = new TreeMap<>(stakes);
        speaking.values().removeIf(stake -> stake <= 0);
        TreeMap<Hotkey, Tally> tallies = new TreeMap<>();
        for (Hotkey trainer : trainers) {
            long judges = speaking.entrySet().stream()
                    .filter(entry -> !isOwn.test(entry.getKey(), trainer))
                    .mapToLong(entry -> entry.getValue())
                    .sum();
            tallies.put(trainer, new Tally(judges, 0, 0));
        }
        return new Findings(
                Collections.unmodifiableSortedMap(speaking),
                Collections.unmodifiableSortedMap(tallies),
                Collections.emptySortedSet());
    }

    /** @param found of trainers that have a tally */
    Findings with(Hotkey validator, SortedMap<Hotkey, Boolean> found) {
        long stake = stakes.getOrDefault(validator, 0L);
        TreeMap<Hotkey, Tally> next = new TreeMap<>(tallies);
        found.forEach((trainer, pass) -> next.computeIfPresent(trainer, (_, tally) -> tally.with(pass, stake)));
        TreeSet<Hotkey> speakers = new TreeSet<>(spoken);
        speakers.add(validator);
        return new Findings(
                stakes, Collections.unmodifiableSortedMap(next), Collections.unmodifiableSortedSet(speakers));
    }
}

package covey.protocol.ledger;

import covey.protocol.assign.DataCursor;
import covey.protocol.deadline.Deadline;
import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The slice of the ledger that {@link RoundRules} owns. Maps are never written to.
 *
 * @param current the round in progress; empty until round 1 opens
 * @param lastSealed number of the last sealed round; 0 before the first
 * @param appliedRounds sealed rounds that were not empty
 * @param sealed the last 16 sealed rounds
 * @param roots said state roots by round, then hotkey: the last three sealed rounds and the newest checkpoint
 * @param agreed agreed state roots by round: the last 16 and the newest checkpoint
 * @param checkpoint the newest
 * @param standings of everybody about whom there is something to remember
 * @param data which samples have been handed out
 * @param readyCount Ready statements that counted so far; orders them
 * @param halted why the run has stopped
 */
public record Rounds(
        Optional<RoundState> current,
        long lastSealed,
        long appliedRounds,
        SortedMap<Long, SealedRound> sealed,
        SortedMap<Long, SortedMap<Hotkey, ContentId>> roots,
        SortedMap<Long, ContentId> agreed,
        Optional<Checkpoint> checkpoint,
        SortedMap<Hotkey, Standing> standings,
        DataCursor data,
        long readyCount,
        Optional<String> halted) {
    /** Rounds in which a hotkey was accepted lately, and how many such hotkeys suffice for a deadline (rule D3). */
    private static final int KNOWN_ROUNDS = 3;

    private static final int KNOWN_COUNT = 3;
    /** Rounds whose medians bound the deadline from below (rule D3). */
    private static final int PAST_ROUNDS = 8;

    /**
     * What a hotkey's past means for the next round.
     *
     * @param readyRound of its last Ready; -1 if there was none
     * @param readyOrder number of that Ready among all
     * @param absent whether an Absent came after its last Ready, Root or Present (rule D4)
     * @param suspended a validator that fell silent (rule D7)
     * @param returning a suspended one that said Ready since; judges again from the next round on
     * @param unfetchedCount n of rule D9
     * @param barredThrough last round from which it is barred; 0 if it never was (rule D9)
     */
    public record Standing(
            long readyRound,
            long readyOrder,
            boolean absent,
            boolean suspended,
            boolean returning,
            int unfetchedCount,
            long barredThrough) {
        public static final Standing NEW = new Standing(-1, 0, false, false, false, 0, 0);

        Standing ready(long round, long order) {
            return new Standing(round, order, false, suspended, suspended, unfetchedCount, barredThrough);
        }

        Standing absent(boolean now) {
            return new Standing(readyRound, readyOrder, now, suspended, returning, unfetchedCount, barredThrough);
        }

        Standing suspended(boolean now) {
            return new Standing(readyRound, readyOrder, absent, now, false, unfetchedCount, barredThrough);
        }

        /** After a commitment that ended unfetched: no bar the first time, then 1, 3, 7 … rounds (rule D9). */
        Standing unfetched(long round) {
            int count = Math.min(Limits.UNFETCHED_MAX_COUNT, unfetchedCount + 1);
            long barred = round + (1L << (count - 1)) - 1;
            return new Standing(readyRound, readyOrder, absent, suspended, returning, count, barred);
        }

        /** After an accepted commitment. */
        Standing fetched() {
            int count = Math.max(0, unfetchedCount - 1);
            return new Standing(readyRound, readyOrder, absent, suspended, returning, count, barredThrough);
        }

        boolean isBarred(long round) {
            return round <= barredThrough;
        }
    }

    Standing standing(Hotkey hotkey) {
        return standings.getOrDefault(hotkey, Standing.NEW);
    }

    /** Whether Absent of the subject, or else Present, would change anything (rule D4). */
    public boolean wouldChange(Hotkey subject, boolean absent) {
        return standing(subject).absent() != absent
                || current.filter(r -> r.eligible().contains(subject))
                        .filter(r -> r.absent().contains(subject) != absent)
                        .isPresent();
    }

    /**
     * Whether commitment {@code index} of the round in progress is, for all that anybody said, with an owner who is
     * absent and with nobody else (docs/adr/0010).
     */
    public boolean hasGoneWithOwner(int index) {
        RoundState round = current.orElseThrow();
        Commitment commitment = round.commits().get(index);
        return standing(commitment.hotkey()).absent()
                && round.holders(index).isEmpty()
                && round.verdicts().values().stream().noneMatch(v -> v.containsKey(commitment.contribution()));
    }

    /** Rule D3 over the commitments so far to the round in progress; empty without any. */
    public Optional<Deadline> deadline(long ceilingMs) {
        List<Commitment> commits = current.map(RoundState::commits).orElse(List.of());
        if (commits.isEmpty()) {
            return Optional.empty();
        }
        SortedSet<Hotkey> known = new TreeSet<>();
        sealed.tailMap(lastSealed - KNOWN_ROUNDS + 1)
                .values()
                .forEach(s -> s.accepted().forEach(c -> known.add(c.hotkey())));
        List<Commitment> ofKnown =
                commits.stream().filter(c -> known.contains(c.hotkey())).toList();
        List<Long> pastMedians = sealed.tailMap(lastSealed - PAST_ROUNDS + 1).values().stream()
                .filter(s -> !s.accepted().isEmpty())
                .map(s -> Deadline.median(arrivals(s.accepted(), s.open())))
                .toList();
        List<Commitment> counted = ofKnown.size() >= KNOWN_COUNT ? ofKnown : commits;
        Mark open = current.orElseThrow().open();
        return Optional.of(Deadline.of(arrivals(counted, open), pastMedians, ceilingMs));
    }

    private static List<Long> arrivals(List<Commitment> commits, Mark open) {
        return commits.stream().map(c -> c.timeMs() - open.timeMs()).toList();
    }

    Rounds withCurrent(RoundState next) {
        return new Rounds(
                Optional.of(next),
                lastSealed,
                appliedRounds,
                sealed,
                roots,
                agreed,
                checkpoint,
                standings,
                data,
                readyCount,
                halted);
    }

    Rounds withStanding(Hotkey hotkey, Standing standing) {
        return withStandings(with(standings, hotkey, standing), readyCount);
    }

    Rounds withStandings(SortedMap<Hotkey, Standing> next, long nextReadyCount) {
        return new Rounds(
                current,
                lastSealed,
                appliedRounds,
                sealed,
                roots,
                agreed,
                checkpoint,
                next,
                data,
                nextReadyCount,
                halted);
    }

    Rounds withRoots(
            SortedMap<Long, SortedMap<Hotkey, ContentId>> nextRoots,
            SortedMap<Long, ContentId> nextAgreed,
            Optional<Checkpoint> nextCheckpoint) {
        return new Rounds(
                current,
                lastSealed,
                appliedRounds,
                sealed,
                nextRoots,
                nextAgreed,
                nextCheckpoint,
                standings,
                data,
                readyCount,
                halted);
    }

    Rounds withData(DataCursor next) {
        return new Rounds(
                current,
                lastSealed,
                appliedRounds,
                sealed,
                roots,
                agreed,
                checkpoint,
                standings,
                next,
                readyCount,
                halted);
    }

    /** The round in progress has ended; the caller opens the next. */
    Rounds withSealed(SealedRound round) {
        SortedMap<Long, SealedRound> history =
                with(sealed, round.round(), round).tailMap(round.round() - Limits.ROUND_HISTORY_COUNT + 1);
        return new Rounds(
                Optional.empty(),
                round.round(),
                appliedRounds + (round.collectSet().isEmpty() ? 0 : 1),
                Collections.unmodifiableSortedMap(new TreeMap<>(history)),
                roots,
                agreed,
                checkpoint,
                standings,
                data,
                readyCount,
                halted);
    }

    Rounds withHalted(String reason) {
        return new Rounds(
                current,
                lastSealed,
                appliedRounds,
                sealed,
                roots,
                agreed,
                checkpoint,
                standings,
                data,
                readyCount,
                Optional.of(reason));
    }

    /** A read-only copy of {@code map} with one entry more. */
    static <K extends Comparable<K>, V> SortedMap<K, V> with(SortedMap<K, V> map, K key, V value) {
        TreeMap<K, V> next = new TreeMap<>(map);
        next.put(key, value);
        return Collections.unmodifiableSortedMap(next);
    }

    /** A read-only copy of {@code set} with or without one element. */
    static <T extends Comparable<T>> SortedSet<T> with(SortedSet<T> set, T element, boolean present) {
        TreeSet<T> next = new TreeSet<>(set);
        if (present) {
            next.add(element);
        } else {
            next.remove(element);
        }
        return Collections.unmodifiableSortedSet(next);
    }
}

package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * State roots, their agreement, checkpoints, and the halt (rules D10, D11). The root of round r is agreed while round
 * r + 1 is in progress, so S and E are those of round r + 1. Who holds θ after a round says its root, also when it got
 * θ from a checkpoint; a validator attests only after that.
 */
final class RootRules {
    /** Sealed rounds whose roots may still be said. */
    private static final int OPEN_ROUNDS = 3;

    private final Genesis.Timing timing;

    RootRules(Genesis.Timing timing) {
        this.timing = timing;
    }

    Ruling<Rounds> root(Rounds rounds, Hotkey hotkey, Root root) {
        if (root.round() < 0 || root.round() > rounds.lastSealed() || !isKept(rounds, root.round())) {
            return RoundRules.wrongRound("Root", root.round(), rounds.lastSealed());
        }
        SortedMap<Hotkey, ContentId> said = said(rounds, root.round());
        if (said.containsKey(hotkey)) {
            return new Ruling.Refused<>(Reason.REPEATED, "Root: said for round " + root.round());
        }
        SortedMap<Hotkey, ContentId> next = Rounds.with(said, hotkey, root.stateRoot());
        Rounds present = rounds.standings().containsKey(hotkey)
                ? rounds.withStanding(hotkey, rounds.standing(hotkey).absent(false))
                : rounds;
        return new Ruling.Counted<>(present.withRoots(
                Rounds.with(rounds.roots(), root.round(), next),
                rounds.agreed(),
                rounds.checkpoint().map(c -> c.round() == root.round() ? checkpoint(c.round(), c.root(), next) : c)));
    }

    /** Whether a hotkey said the agreed root of a round. */
    static boolean agrees(Rounds rounds, Hotkey hotkey, long round) {
        ContentId agreed = rounds.agreed().get(round);
        return agreed != null && agreed.equals(said(rounds, round).get(hotkey));
    }

    /** Whether a hotkey said another root than the agreed one. */
    static boolean dissents(Rounds rounds, Hotkey hotkey, long round) {
        ContentId agreed = rounds.agreed().get(round);
        ContentId said = said(rounds, round).get(hotkey);
        return agreed != null && said != null && !said.equals(agreed);
    }

    /** Whether a validator said a root for the last sealed round, and not another one than the agreed. */
    static boolean mayAttest(Rounds rounds, Hotkey validator) {
        long last = rounds.lastSealed();
        boolean pending =
                !rounds.agreed().containsKey(last) && said(rounds, last).containsKey(validator);
        return last == 0 || pending || agrees(rounds, validator, last);
    }

    private static SortedMap<Hotkey, ContentId> said(Rounds rounds, long round) {
        return rounds.roots().getOrDefault(round, Collections.emptySortedMap());
    }

    /**
     * Agrees on the root of the last sealed round, or halts the run when everybody spoke and the stake is divided.
     * While 2/3 of S agree and the trainers do not yet, it waits for more of these (docs/adr/0004).
     */
    Rounds agree(Rounds rounds, Registry registry) {
        long last = rounds.lastSealed();
        RoundState round = rounds.current().orElseThrow();
        if (rounds.agreed().containsKey(last)) {
            return rounds;
        }
        SortedMap<Hotkey, ContentId> said = said(rounds, last);
        Optional<ContentId> root = quorumRoot(round, said);
        if (root.isPresent()) {
            return halfOfTrainers(rounds, registry, said, root.get()) ? agreed(rounds, last, root.get()) : rounds;
        }
        return haveAllSaid(round, said)
                ? rounds.withHalted("state root of round " + last + ": no 2/3 agree (rule D10)")
                : rounds;
    }

    private static Optional<ContentId> quorumRoot(RoundState round, SortedMap<Hotkey, ContentId> said) {
        SortedMap<ContentId, Long> stakes = new TreeMap<>();
        for (Hotkey validator : CollectRules.active(round)) {
            ContentId root = said.get(validator);
            if (root != null) {
                stakes.merge(root, round.stakes().getOrDefault(validator, 0L), Long::sum);
            }
        }
        long total = CollectRules.activeStake(round);
        return stakes.entrySet().stream()
                .filter(e -> 3 * e.getValue() >= 2 * total)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Of those that report and have trained lately, in E or not, or else of all that report: keys that only registered
     * cost nothing and must not hold the others up, but neither must a hostile one that alone has trained
     * (docs/adr/0004). Where none reports, the stake decides.
     */
    private static boolean halfOfTrainers(
            Rounds rounds, Registry registry, SortedMap<Hotkey, ContentId> said, ContentId root) {
        SortedSet<Hotkey> trained = new TreeSet<>();
        rounds.sealed().values().forEach(r -> r.collectSet().forEach(c -> trained.add(c.hotkey())));
        return isHalf(said, root, trained::contains) || isHalf(said, root, h -> isTrainer(registry, h));
    }

    private static boolean isHalf(SortedMap<Hotkey, ContentId> said, ContentId root, Predicate<Hotkey> counts) {
        List<ContentId> reported = said.entrySet().stream()
                .filter(e -> counts.test(e.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        return 2 * Collections.frequency(reported, root) >= reported.size();
    }

    private static boolean isTrainer(Registry registry, Hotkey hotkey) {
        return registry.entry(hotkey)
                .filter(entry -> Role.TRAINER.in(entry.roles()))
                .isPresent();
    }

    private static boolean haveAllSaid(RoundState round, SortedMap<Hotkey, ContentId> said) {
        SortedSet<Hotkey> missing = new TreeSet<>(round.eligible());
        missing.removeAll(round.absent());
        missing.addAll(CollectRules.active(round));
        missing.removeAll(said.keySet());
        return missing.isEmpty();
    }

    private Rounds agreed(Rounds rounds, long last, ContentId root) {
        boolean isCheckpoint = last % Math.max(1, timing.checkpointRounds()) == 0;
        SortedMap<Hotkey, ContentId> said = said(rounds, last);
        Optional<Checkpoint> checkpoint =
                isCheckpoint ? Optional.of(checkpoint(last, root, said)) : rounds.checkpoint();
        Rounds next = rounds.withRoots(rounds.roots(), Rounds.with(rounds.agreed(), last, root), checkpoint);
        return forget(next.withCurrent(withoutDissenters(rounds.current().orElseThrow(), said, root)));
    }

    /** A validator whose root is another one has no valid verdict in this round (rule D10). */
    private static RoundState withoutDissenters(RoundState round, SortedMap<Hotkey, ContentId> said, ContentId root) {
        SortedSet<Hotkey> attested = new TreeSet<>(round.attested());
        attested.removeIf(v -> !root.equals(said.get(v)));
        SortedMap<Hotkey, SortedMap<ContentId, Integer>> verdicts = new TreeMap<>(round.verdicts());
        verdicts.keySet().retainAll(attested);
        return round.withVerdicts(
                Collections.unmodifiableSortedMap(verdicts), Collections.unmodifiableSortedSet(attested));
    }

    private static Checkpoint checkpoint(long round, ContentId root, SortedMap<Hotkey, ContentId> said) {
        return new Checkpoint(
                round,
                root,
                said.entrySet().stream()
                        .filter(e -> e.getValue().equals(root))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /** Drops roots of rounds that nobody asks for any more. */
    static Rounds forget(Rounds rounds) {
        SortedMap<Long, SortedMap<Hotkey, ContentId>> roots = new TreeMap<>(rounds.roots());
        roots.keySet().removeIf(round -> !isKept(rounds, round));
        SortedMap<Long, ContentId> agreed = new TreeMap<>(rounds.agreed());
        long oldest = rounds.lastSealed() - Limits.ROUND_HISTORY_COUNT + 1;
        agreed.keySet().removeIf(round -> round < oldest && !isCheckpoint(rounds, round));
        return rounds.withRoots(
                Collections.unmodifiableSortedMap(roots),
                Collections.unmodifiableSortedMap(agreed),
                rounds.checkpoint());
    }

    private static boolean isKept(Rounds rounds, long round) {
        return round > rounds.lastSealed() - OPEN_ROUNDS || isCheckpoint(rounds, round);
    }

    private static boolean isCheckpoint(Rounds rounds, long round) {
        return rounds.checkpoint().filter(c -> c.round() == round).isPresent();
    }
}

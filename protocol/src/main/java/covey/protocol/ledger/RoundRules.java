package covey.protocol.ledger;

import covey.protocol.assign.DataAssignment;
import covey.protocol.assign.DataCursor;
import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Rounds.Standing;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rounds: who may speak in one, and when it opens, closes and is sealed (rules D1 to D10). Transitions are evaluated at
 * the end of each block, in this order:
 *
 * <pre>
 * state                         | condition                                            | becomes
 * no round                      | minTrainers are Ready(0)                               | round 1 open
 * open                          | late Ready trainers and free spare slots (I2)          | spares
 * open                          | D2: all who are waited for, quorum and deadline, ...   | closed
 * closed                        | D7: ceiling passed and the rest holds half the stake   | silent validators suspended
 * root of the round before said | D10: 2/3 of S and 1/2 of the trainers                  | root agreed, or run halted
 * closed, root before agreed    | D7: all decided or gone, or collectMs and 2/3 attested | sealed, the next one open
 * </pre>
 *
 * <p>Nobody is suspended and no deadline seals while that would be empty, somebody accepts something undecided, and
 * those that have attested have been enough for less than collectMs (docs/adr/0008).
 *
 * <p>E_r of rule D1: at OPEN(r), the block that sealed r − 1, nobody can hold θ after r − 1 yet, so a Ready(q) counts
 * from q = r − 2 on, as an agreeing root does, unless its sender said another root than the agreed one.
 *
 * <p>The run cannot deadlock when everybody restarted, as long as each node that holds θ after the last sealed round
 * and has no slot says Ready, and each that holds it says its root (also when it fetched θ):
 * <ul>
 *   <li>A round without commitments stays open. Who is of E_r may commit in it, absent or not.
 *   <li>A late Ready gets a spare slot, and with it a place in E_(r+1). If E_r is empty (all were absent at OPEN), the
 *       first commitment of a spare closes the round.
 *   <li>An Absent ends with its subject's next Ready, so Ready may be said again for the same round then.
 *   <li>Bars (D9) count rounds, and a round that waits for a barred trainer would never end: they lapse at OPEN if E_r
 *       were empty with them, and for spare slots when nobody has committed until the ceiling.
 *   <li>A closed round waits for its validators, whose Attest has no deadline (D7).
 * </ul>
 */
public final class RoundRules {
    /** Slots beyond |E_r|: two spares and one that nobody has (rule I2). */
    private static final int SPARE_COUNT = 2;

    private static final int EXTRA_SLOTS = SPARE_COUNT + 1;

    private final Genesis genesis;
    private final Crypto crypto;
    private final CollectRules collectRules;
    private final RootRules rootRules;

    public RoundRules(Genesis genesis, Crypto crypto) {
        if (genesis.trainWindows() < 1) {
            throw new IllegalArgumentException("data trainTokens: "
                    + genesis.data().trainTokens() + " (expected: at least one window of "
                    + (genesis.model().sequence() + 1) + ")");
        }
        this.genesis = genesis;
        this.crypto = crypto;
        this.collectRules = new CollectRules(genesis.timing(), crypto);
        this.rootRules = new RootRules(genesis.timing());
    }

    Rounds initial() {
        SortedMap<Long, ContentId> agreed = Rounds.with(Collections.emptySortedMap(), 0L, genesis.thetaRoot());
        return new Rounds(
                Optional.empty(),
                0,
                0,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                agreed,
                Optional.empty(),
                Collections.emptySortedMap(),
                DataCursor.START,
                0,
                Optional.empty());
    }

    Ruling<Rounds> apply(Rounds rounds, Registry registry, Transaction transaction, long height, long timeMs) {
        Hotkey hotkey = transaction.hotkey();
        return switch (transaction.statement()) {
            case Ready s -> ready(rounds, registry, hotkey, s, timeMs);
            case Commit s -> {
                int trustQ16 = registry.entry(hotkey).map(Entry::trustQ16).orElse(Limits.FACTOR_ONE);
                yield commit(
                        rounds,
                        new Commitment(hotkey, s.contribution(), s.lengthBytes(), height, timeMs, trustQ16),
                        s.round());
            }
            case Statement.Attest s -> collectRules.attest(rounds, registry, hotkey, s);
            case Statement.Holds s -> collectRules.holds(rounds, hotkey, s);
            case Statement.Root s -> rootRules.root(rounds, hotkey, s);
            case Statement.Absent s -> presence(rounds, registry, new Presence(s.round(), s.subject(), true), timeMs);
            case Statement.Present s -> presence(rounds, registry, new Presence(s.round(), s.subject(), false), timeMs);
            case Statement.Register _, Statement.Economic _, Statement.Evaluate _ ->
                throw new IllegalArgumentException("statement: " + transaction.statement() + " (expected: of rounds)");
        };
    }

    Rounds endBlock(Rounds rounds, Registry registry, Mark mark) {
        if (rounds.current().isEmpty()) {
            return openFirst(rounds, registry, mark);
        }
        Rounds next = fillSpares(close(rounds, mark), registry, mark.timeMs());
        next = collectRules.suspend(next, registry, mark);
        next = rootRules.agree(next, registry);
        if (next.halted().isPresent()) {
            return next;
        }
        next = collectRules.noteAttested(next, mark);
        Optional<SealedRound> sealed = collectRules.seal(next, registry, mark);
        return sealed.isEmpty() ? next : openNext(next, sealed.get(), registry, mark);
    }

    // ---- statements

    private Ruling<Rounds> ready(Rounds rounds, Registry registry, Hotkey hotkey, Ready ready, long timeMs) {
        if (ready.round() != rounds.lastSealed()) {
            return wrongRound("Ready", ready.round(), rounds.lastSealed());
        }
        Standing standing = rounds.standing(hotkey);
        boolean again = standing.absent() || standing.suspended() && !standing.returning();
        if (standing.readyRound() >= ready.round() && !again) {
            return new Ruling.Refused<>(Reason.REPEATED, "Ready: said for round " + ready.round());
        }
        SortedMap<Hotkey, Standing> standings =
                Rounds.with(rounds.standings(), hotkey, standing.ready(ready.round(), rounds.readyCount()));
        return new Ruling.Counted<>(
                fillSpares(rounds.withStandings(standings, rounds.readyCount() + 1), registry, timeMs));
    }

    private Ruling<Rounds> commit(Rounds rounds, Commitment commitment, long roundNumber) {
        Optional<RoundState> current = rounds.current().filter(r -> r.round() == roundNumber);
        if (current.isEmpty()) {
            return wrongRound("Commit", roundNumber, rounds.lastSealed() + 1);
        }
        RoundState round = current.get();
        if (round.isClosed()) {
            return new Ruling.Refused<>(Reason.WRONG_PHASE, "Commit: round " + round.round() + " has closed");
        }
        if (!round.mayCommit(commitment.hotkey())) {
            return new Ruling.Refused<>(
                    Reason.NOT_ELIGIBLE, "Commit: " + commitment.hotkey().brief() + " has no slot in this round");
        }
        if (commitment.lengthBytes() < 1 || commitment.lengthBytes() > Limits.CONTRIBUTION_MAX_BYTES) {
            return new Ruling.Refused<>(Reason.RANGE, "contribution bytes: " + commitment.lengthBytes());
        }
        for (Commitment earlier : round.commits()) {
            if (earlier.hotkey().equals(commitment.hotkey())
                    || earlier.contribution().equals(commitment.contribution())) {
                return new Ruling.Refused<>(
                        Reason.REPEATED, "Commit: " + earlier.contribution().brief() + " came first");
            }
        }
        List<Commitment> commits = new ArrayList<>(round.commits());
        commits.add(commitment);
        return new Ruling.Counted<>(rounds.withCurrent(round.withCommits(List.copyOf(commits))));
    }

    /** Rule D4. The last one counts; nobody waits for who is absent, and it is not of the next E_r. */
    private Ruling<Rounds> presence(Rounds rounds, Registry registry, Presence said, long timeMs) {
        if (said.round() != rounds.lastSealed() + 1) {
            return wrongRound("Absent or Present", said.round(), rounds.lastSealed() + 1);
        }
        Hotkey subject = said.subject();
        if (registry.entry(subject).isEmpty()) {
            return new Ruling.Refused<>(Reason.UNKNOWN, "subject: " + subject.brief() + " (expected: registered)");
        }
        if (!rounds.wouldChange(subject, said.absent())) {
            return new Ruling.Refused<>(Reason.REPEATED, "presence: " + subject.brief() + " is known as such");
        }
        Optional<RoundState> waiting = rounds.current().filter(r -> r.eligible().contains(subject));
        Rounds next = rounds.withStanding(subject, rounds.standing(subject).absent(said.absent()));
        if (waiting.isPresent()) {
            RoundState round = waiting.get();
            next = next.withCurrent(round.withAbsent(Rounds.with(round.absent(), subject, said.absent())));
        }
        return new Ruling.Counted<>(fillSpares(next, registry, timeMs));
    }

    private record Presence(long round, Hotkey subject, boolean absent) {}

    static Ruling<Rounds> wrongRound(String what, long said, long expected) {
        return new Ruling.Refused<>(Reason.WRONG_ROUND, what + " round: " + said + " (expected: " + expected + ")");
    }

    // ---- spare slots (rule I2)

    /**
     * Gives free spare slots, and those of absent holders without a commitment, to late Ready trainers in ledger
     * order.
     */
    private Rounds fillSpares(Rounds rounds, Registry registry, long timeMs) {
        Optional<RoundState> open = rounds.current().filter(r -> !r.isClosed());
        if (open.isEmpty()) {
            return rounds;
        }
        RoundState round = open.get();
        List<Hotkey> spares = new ArrayList<>(round.spares());
        for (Hotkey candidate : lateTrainers(rounds, registry, isStarved(round, timeMs))) {
            int free = freeSpare(rounds, spares);
            if (spares.size() < SPARE_COUNT) {
                spares.add(candidate);
            } else if (free >= 0) {
                spares.set(free, candidate);
            }
        }
        return spares.equals(round.spares()) ? rounds : rounds.withCurrent(round.withSpares(List.copyOf(spares)));
    }

    private boolean isStarved(RoundState round, long timeMs) {
        return round.commits().isEmpty()
                && timeMs - round.open().timeMs() >= genesis.timing().ceilingMs();
    }

    private static int freeSpare(Rounds rounds, List<Hotkey> spares) {
        RoundState round = rounds.current().orElseThrow();
        for (int i = 0; i < spares.size(); i++) {
            if (rounds.standing(spares.get(i)).absent()
                    && round.commitment(spares.get(i)).isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    private static List<Hotkey> lateTrainers(Rounds rounds, Registry registry, boolean evenBarred) {
        RoundState round = rounds.current().orElseThrow();
        return rounds.standings().entrySet().stream()
                .filter(e -> e.getValue().readyRound() == round.round() - 1)
                .filter(e -> mayTrain(registry, e))
                .filter(e -> evenBarred || !e.getValue().isBarred(round.round()))
                .filter(e -> !round.mayCommit(e.getKey()))
                .sorted(Comparator.comparingLong(e -> e.getValue().readyOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean mayTrain(Registry registry, Map.Entry<Hotkey, Standing> of) {
        return registry.has(of.getKey(), Role.TRAINER) && !of.getValue().absent();
    }

    // ---- OPEN (rule D1)

    private Rounds openFirst(Rounds rounds, Registry registry, Mark mark) {
        boolean enough =
                eligible(rounds, registry, 1).size() >= genesis.timing().minTrainers();
        return enough ? open(rounds, registry, mark) : rounds;
    }

    private Rounds openNext(Rounds rounds, SealedRound sealed, Registry registry, Mark mark) {
        RoundState ended = rounds.current().orElseThrow();
        SortedMap<Hotkey, Standing> standings = CollectRules.judged(rounds, sealed);
        Rounds next = rounds.withSealed(sealed)
                .withStandings(standings, rounds.readyCount())
                .withData(rounds.data().giveBack(unusedSlots(ended, sealed)));
        return open(RootRules.forget(next), registry, mark);
    }

    /** Starts of the slots that have no contribution in the collect set (rule I2). */
    private static List<Long> unusedSlots(RoundState round, SealedRound sealed) {
        SortedSet<Hotkey> used = new TreeSet<>();
        sealed.collectSet().forEach(c -> used.add(c.hotkey()));
        List<Long> unused = new ArrayList<>();
        for (int slot = 0; slot < round.slots().size(); slot++) {
            if (round.slotHolder(slot).filter(used::contains).isEmpty()) {
                unused.add(round.slots().get(slot));
            }
        }
        return unused;
    }

    private Rounds open(Rounds rounds, Registry registry, Mark mark) {
        long number = rounds.lastSealed() + 1;
        List<Hotkey> eligible = eligible(rounds, registry, number);
        SortedMap<Hotkey, Long> stakes = stakes(registry);
        Rounds next = returnValidators(rounds, stakes);
        SortedSet<Hotkey> suspended = new TreeSet<>(stakes.keySet());
        suspended.removeIf(v -> !next.standing(v).suspended());
        int slotLength = genesis.training().batch() * genesis.training().innerSteps();
        DataCursor.Taken taken = rounds.data().take(eligible.size() + EXTRA_SLOTS, slotLength, genesis.trainWindows());
        return next.withData(taken.next())
                .withCurrent(new RoundState(
                        number,
                        mark,
                        eligible,
                        List.of(),
                        stakes,
                        Collections.emptySortedSet(),
                        Collections.unmodifiableSortedSet(suspended),
                        DataAssignment.permute(taken.slots(), mark.beacon(), number, crypto),
                        taken.pass(),
                        List.of(),
                        Optional.empty(),
                        Collections.emptySortedMap(),
                        Collections.emptySortedSet(),
                        Optional.empty(),
                        Collections.emptySortedMap()));
    }

    private static SortedMap<Hotkey, Long> stakes(Registry registry) {
        SortedMap<Hotkey, Long> stakes = new TreeMap<>();
        for (Entry entry : registry.entries()) {
            if (entry.has(Role.VALIDATOR) && entry.stake() > 0) {
                stakes.put(entry.hotkey(), entry.stake());
            }
        }
        return Collections.unmodifiableSortedMap(stakes);
    }

    /** A suspended validator judges again from the round boundary after its Ready (rule D7). */
    private static Rounds returnValidators(Rounds rounds, SortedMap<Hotkey, Long> stakes) {
        SortedMap<Hotkey, Standing> standings = new TreeMap<>(rounds.standings());
        for (Hotkey validator : stakes.keySet()) {
            if (rounds.standing(validator).returning()) {
                standings.put(validator, rounds.standing(validator).suspended(false));
            }
        }
        return rounds.withStandings(Collections.unmodifiableSortedMap(standings), rounds.readyCount());
    }

    /** E_r by hotkey; barred trainers only if there is nobody else. */
    private static List<Hotkey> eligible(Rounds rounds, Registry registry, long round) {
        List<Hotkey> all = rounds.standings().entrySet().stream()
                .filter(e -> mayTrain(registry, e))
                .filter(e -> holdsParameters(rounds, e, round))
                .map(Map.Entry::getKey)
                .toList();
        List<Hotkey> free =
                all.stream().filter(h -> !rounds.standing(h).isBarred(round)).toList();
        return free.isEmpty() ? all : free;
    }

    private static boolean holdsParameters(Rounds rounds, Map.Entry<Hotkey, Standing> of, long round) {
        Hotkey hotkey = of.getKey();
        boolean ready = of.getValue().readyRound() >= round - 2 && !RootRules.dissents(rounds, hotkey, round - 2);
        return ready && of.getValue().readyRound() >= 0 || RootRules.agrees(rounds, hotkey, round - 2);
    }

    // ---- CLOSED (rules D2, D3)

    private Rounds close(Rounds rounds, Mark mark) {
        RoundState round = rounds.current().orElseThrow();
        return !round.isClosed()
                        && isComplete(rounds, mark.timeMs() - round.open().timeMs())
                ? rounds.withCurrent(round.withClosed(mark))
                : rounds;
    }

    private boolean isComplete(Rounds rounds, long elapsedMs) {
        RoundState round = rounds.current().orElseThrow();
        long ceilingMs = genesis.timing().ceilingMs();
        int commits = round.commits().size();
        boolean quorum = commits >= Math.max(1, (round.eligible().size() + 1) / 2);
        return quorum && allCommitted(round)
                || quorum
                        && elapsedMs >= rounds.deadline(ceilingMs).orElseThrow().closesMs()
                || commits >= 1 && elapsedMs >= ceilingMs;
    }

    private static boolean allCommitted(RoundState round) {
        SortedSet<Hotkey> waited = new TreeSet<>(round.eligible());
        waited.removeAll(round.absent());
        round.commits().forEach(c -> waited.remove(c.hotkey()));
        return waited.isEmpty();
    }
}

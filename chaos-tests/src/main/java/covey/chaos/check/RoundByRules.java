package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the rules of rounds anew, from what was said in blocks: when a round closes, what may be sealed, which root is
 * agreed, who may be suspended, and that no sample is handed out twice (rules D1 to D10, I2). It reads one ledger, as
 * {@link OneLedger} sees to it that there is one.
 */
public final class RoundByRules implements Checker {
    private final Genesis.Timing timing;
    private final Map<ContentId, Map<Hotkey, Integer>> verdicts = new HashMap<>();
    private final Map<ContentId, Set<Hotkey>> holders = new HashMap<>();
    private final Map<Long, Map<Hotkey, ContentId>> roots = new HashMap<>();
    private final Set<List<Long>> trained = new HashSet<>();
    private LedgerState before;

    /** @param start the ledger before the first block */
    public RoundByRules(Genesis.Timing timing, LedgerState start) {
        this.timing = timing;
        this.before = start;
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Certified certified && certified.after().height() == before.height() + 1) {
            LedgerState after = certified.after();
            certified.block().block().transactions().forEach(this::said);
            after.round().ifPresent(round -> inProgress(round, after));
            after.sealed(before.lastSealed() + 1).ifPresent(ended -> {
                ended(ended, after);
                // A content that is committed to again in another round is judged anew.
                verdicts.clear();
                holders.clear();
            });
            agreed(after);
            before = after;
        }
    }

    private void said(SignedTransaction signed) {
        Hotkey by = signed.transaction().hotkey();
        switch (signed.transaction().statement()) {
            case Statement.Attest s ->
                s.verdicts()
                        .forEach(v -> verdicts.computeIfAbsent(v.contribution(), c -> new HashMap<>())
                                .putIfAbsent(by, v.code()));
            case Statement.Holds s -> holds(by, s);
            case Statement.Root s ->
                roots.computeIfAbsent(s.round(), r -> new HashMap<>()).putIfAbsent(by, s.stateRoot());
            case Statement.Commit _,
                    Statement.Ready _,
                    Statement.Absent _,
                    Statement.Present _,
                    Statement.Evaluate _,
                    Statement.Register _,
                    Statement.Economic _ -> {}
        }
    }

    private void holds(Hotkey by, Statement.Holds said) {
        List<Commitment> commits = before.round()
                .filter(round -> round.round() == said.round())
                .map(RoundState::commits)
                .orElse(List.of());
        byte[] bits = said.bitmap().toArray();
        for (int i = 0; i < Math.min(commits.size(), 8 * bits.length); i++) {
            if ((bits[i >> 3] >> (i & 7) & 1) != 0) {
                holders.computeIfAbsent(commits.get(i).contribution(), c -> new HashSet<>())
                        .add(by);
            }
        }
    }

    // ---- OPEN and COMMIT

    private void inProgress(RoundState round, LedgerState after) {
        Optional<RoundState> same = before.round().filter(r -> r.round() == round.round());
        if (same.isEmpty()) {
            opened(round);
        }
        SortedSet<Hotkey> owners = new TreeSet<>();
        for (Commitment commit : round.commits()) {
            require(owners.add(commit.hotkey()), round, "two commitments of " + name(commit.hotkey()));
            require(round.mayCommit(commit.hotkey()), round, name(commit.hotkey()) + " commits without a slot");
        }
        if (same.filter(RoundState::isClosed).isPresent()) {
            require(same.get().commits().equals(round.commits()), round, "a commitment after CLOSED");
            suspended(same.get(), round, after);
        } else {
            long elapsedMs = after.timeMs() - round.open().timeMs();
            require(
                    round.isClosed() == mustClose(round, after, elapsedMs),
                    round,
                    (round.isClosed() ? "closed " : "open ") + elapsedMs + " ms after OPEN with "
                            + round.commits().size() + " commitments of "
                            + round.eligible().size());
        }
    }

    private void opened(RoundState round) {
        Set<Long> slots = new HashSet<>(round.slots());
        require(slots.size() == round.slots().size(), round, "a data slot twice");
        slots.forEach(s -> require(!trained.contains(List.of(round.pass(), s)), round, "data slot " + s + " again"));
        require(
                round.slots().size() == round.eligible().size() + 3,
                round,
                round.slots().size() + " data slots");
    }

    /** Rules D2 and D3. */
    private boolean mustClose(RoundState round, LedgerState after, long elapsedMs) {
        int commits = round.commits().size();
        SortedSet<Hotkey> waited = new TreeSet<>(round.eligible());
        waited.removeAll(round.absent());
        round.commits().forEach(c -> waited.remove(c.hotkey()));
        boolean quorum = 2 * commits >= round.eligible().size() && commits >= 1;
        return quorum && (waited.isEmpty() || elapsedMs >= deadlineMs(round, after))
                || commits >= 1 && elapsedMs >= timing.ceilingMs();
    }

    private long deadlineMs(RoundState round, LedgerState after) {
        long last = round.round() - 1;
        SortedSet<Hotkey> lately = new TreeSet<>();
        List<Long> past = new java.util.ArrayList<>();
        for (SealedRound sealed : after.rounds().sealed().values()) {
            if (sealed.round() > last - 3) {
                sealed.accepted().forEach(c -> lately.add(c.hotkey()));
            }
            if (sealed.round() > last - 8 && !sealed.accepted().isEmpty()) {
                past.add(lowerMedian(sealed.accepted().stream()
                        .map(c -> c.timeMs() - sealed.open().timeMs())));
            }
        }
        if (past.isEmpty()) {
            return timing.ceilingMs();
        }
        List<Commitment> known = round.commits().stream()
                .filter(c -> lately.contains(c.hotkey()))
                .toList();
        List<Commitment> counted = known.size() >= 3 ? known : round.commits();
        long openMs = round.open().timeMs();
        long median = lowerMedian(counted.stream().map(c -> c.timeMs() - openMs));
        long deviation = lowerMedian(counted.stream().map(c -> Math.abs(c.timeMs() - openMs - median)));
        long slack = Math.max(4 * deviation, Math.max(median / 4, 2_000));
        return Math.min(timing.ceilingMs(), Math.max(lowerMedian(past.stream()) / 2, median + slack));
    }

    private static long lowerMedian(java.util.stream.Stream<Long> values) {
        List<Long> sorted = values.sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    // ---- COLLECT

    private void suspended(RoundState earlier, RoundState round, LedgerState after) {
        long closedMs = earlier.closed().orElseThrow().timeMs();
        boolean late = after.timeMs() - closedMs >= timing.ceilingMs();
        require(late || earlier.suspended().equals(round.suspended()), round, "a validator is suspended early");
    }

    private void ended(SealedRound ended, LedgerState after) {
        RoundState round = before.round().orElseThrow();
        for (int slot = 0; slot < round.slots().size(); slot++) {
            Optional<Hotkey> holder = round.slotHolder(slot);
            if (ended.collectSet().stream()
                    .anyMatch(c -> holder.filter(c.hotkey()::equals).isPresent())) {
                trained.add(List.of(round.pass(), round.slots().get(slot)));
            }
        }
        require(after.agreedRoot(ended.round() - 1).isPresent(), round, "sealed without the root before (D10)");
        require(round.isClosed(), round, "sealed before it closed");
        long sinceMs = after.timeMs() - round.closed().orElseThrow().timeMs();
        ended.accepted().forEach(c -> accepted(round, c, after, sinceMs));
        List<Commitment> undecided = round.commits().stream()
                .filter(c -> !isAccepted(round, c, after) && !isRejected(round, c, after))
                .toList();
        boolean gone = !ended.accepted().isEmpty()
                && ended.accepted().size() >= undecided.size()
                && undecided.stream().allMatch(c -> isGone(c, after));
        require(
                undecided.isEmpty() || sinceMs >= timing.collectMs() || gone,
                round,
                "sealed after " + sinceMs + " ms, undecided about " + briefly(undecided));
    }

    /** Its owner is absent, and nobody else ever said anything about it (docs/adr/0010). */
    private boolean isGone(Commitment commitment, LedgerState after) {
        Set<Hotkey> holding = new HashSet<>(holders.getOrDefault(commitment.contribution(), Set.of()));
        holding.addAll(
                verdicts.getOrDefault(commitment.contribution(), Map.of()).keySet());
        holding.remove(commitment.hotkey());
        return after.standing(commitment.hotkey()).absent() && holding.isEmpty();
    }

    private void accepted(RoundState round, Commitment commitment, LedgerState after, long sinceMs) {
        ContentId content = commitment.contribution();
        require(round.commits().contains(commitment), round, content.brief() + " was not committed");
        require(isAccepted(round, commitment, after), round, content.brief() + " is sealed without 2/3 of the stake");
        SortedSet<Hotkey> others = new TreeSet<>(round.eligible());
        others.removeAll(round.absent());
        others.addAll(judges(round, after));
        others.remove(commitment.hotkey());
        Set<Hotkey> holding = new HashSet<>(holders.getOrDefault(content, Set.of()));
        verdicts.getOrDefault(content, Map.of()).forEach((by, code) -> {
            if (code == 0) {
                holding.add(by);
            }
        });
        holding.remove(commitment.hotkey());
        boolean held = holding.size() >= Math.min(2, others.size() - absentIn(after, others));
        require(
                held || sinceMs >= timing.ceilingMs(),
                round,
                content.brief() + " is sealed with " + holding.size() + " holders");
    }

    /** Of {@code others}, those that the sealing block itself may have taken out. */
    private static int absentIn(LedgerState after, SortedSet<Hotkey> others) {
        return (int) others.stream().filter(h -> after.standing(h).absent()).count();
    }

    /** V without those that are suspended after the block. */
    private static SortedSet<Hotkey> judges(RoundState round, LedgerState after) {
        SortedSet<Hotkey> judges = new TreeSet<>(round.stakes().keySet());
        judges.removeIf(v -> after.standing(v).suspended() || round.suspended().contains(v));
        return judges;
    }

    private boolean isAccepted(RoundState round, Commitment commitment, LedgerState after) {
        long accept = stake(round, commitment, after, true);
        return accept > 0 && 3 * accept >= 2 * total(round, others(round, commitment, after));
    }

    /** Without a judge it counts as rejected. */
    private boolean isRejected(RoundState round, Commitment commitment, LedgerState after) {
        long total = total(round, others(round, commitment, after));
        return total == 0 || 3 * stake(round, commitment, after, false) > total;
    }

    /** Judges who share no coldkey with the owner (rule A3). */
    private static SortedSet<Hotkey> others(RoundState round, Commitment commitment, LedgerState after) {
        SortedSet<Hotkey> others = judges(round, after);
        Optional<Hotkey> owner = coldkey(after, commitment.hotkey());
        others.removeIf(v -> coldkey(after, v).equals(owner));
        return others;
    }

    private static Optional<Hotkey> coldkey(LedgerState after, Hotkey hotkey) {
        return after.registry().entry(hotkey).map(LedgerState.Entry::coldkey);
    }

    /** S of rule D7: who is suspended, if only by this block, has left it. */
    private static long total(RoundState round, SortedSet<Hotkey> judges) {
        return judges.stream().mapToLong(round.stakes()::get).sum();
    }

    private long stake(RoundState round, Commitment commitment, LedgerState after, boolean accepting) {
        Map<Hotkey, Integer> codes = verdicts.getOrDefault(commitment.contribution(), Map.of());
        return others(round, commitment, after).stream()
                .filter(v -> codes.containsKey(v) && (codes.get(v) == 0) == accepting)
                .mapToLong(round.stakes()::get)
                .sum();
    }

    // ---- roots

    private void agreed(LedgerState after) {
        long last = before.lastSealed();
        Optional<RoundState> round = before.round();
        boolean fresh =
                after.agreedRoot(last).isPresent() && before.agreedRoot(last).isEmpty();
        if (!fresh || round.isEmpty()) {
            return;
        }
        ContentId root = after.agreedRoot(last).orElseThrow();
        long said = roots.getOrDefault(last, Map.of()).entrySet().stream()
                .filter(e -> e.getValue().equals(root))
                .mapToLong(e -> round.get().stakes().getOrDefault(e.getKey(), 0L))
                .sum();
        long total = total(round.get(), judges(round.get(), after));
        require(3 * said >= 2 * total, round.get(), "root of " + last + " is agreed with " + said + " of " + total);
    }

    private static String briefly(List<Commitment> commitments) {
        return commitments.stream().map(c -> c.contribution().brief()).collect(Collectors.joining(", "));
    }

    private static String name(Hotkey hotkey) {
        return hotkey.brief();
    }

    private static void require(boolean holds, RoundState round, String what) {
        if (!holds) {
            throw new Violation("round " + round.round() + ": " + what);
        }
    }
}

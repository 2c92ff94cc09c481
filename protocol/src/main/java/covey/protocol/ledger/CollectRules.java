package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Rounds.Standing;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Holds;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** COLLECT: verdicts, holders, suspension, the seal and the collect set (rules A3, D6 to D9). */
final class CollectRules {
    private static final byte[] CAP_DOMAIN = "covey/1/collect-cap".getBytes(StandardCharsets.US_ASCII);
    private static final int CODE_MAX = 0xFFFF;

    private final Genesis.Timing timing;
    private final Crypto crypto;

    CollectRules(Genesis.Timing timing, Crypto crypto) {
        this.timing = timing;
        this.crypto = crypto;
    }

    private enum Decision {
        OPEN,
        ACCEPTED,
        REJECTED
    }

    /** What the validators that may judge a commitment say about it, in stake. */
    private record Tally(long total, long accept, SortedMap<Integer, Long> rejects) {
        long reject() {
            return rejects.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Rule D7. Without any judge a commitment counts as rejected. */
        Decision decision() {
            if (accept > 0 && 3 * accept >= 2 * total) {
                return Decision.ACCEPTED;
            }
            return total == 0 || 3 * reject() > total ? Decision.REJECTED : Decision.OPEN;
        }

        /** The code that most stake says, of equal ones the lowest. */
        int code() {
            int best = Refused.NO_JUDGE;
            long most = 0;
            for (var reject : rejects.entrySet()) {
                if (reject.getValue() > most) {
                    best = reject.getKey();
                    most = reject.getValue();
                }
            }
            return best;
        }
    }

    // ---- statements

    Ruling<Rounds> attest(Rounds rounds, Registry registry, Hotkey validator, Attest attest) {
        Optional<Ruling<Rounds>> early = refuseUnlessClosed(rounds, attest.round(), "Attest");
        if (early.isPresent()) {
            return early.get();
        }
        RoundState round = rounds.current().orElseThrow();
        if (!round.stakes().containsKey(validator) || round.suspended().contains(validator)) {
            return refuse(Reason.NOT_ELIGIBLE, "Attest: no validator of this round, or suspended");
        }
        if (!RootRules.mayAttest(rounds, validator)) {
            return refuse(Reason.NOT_ELIGIBLE, "Attest: without the agreed root of the round before (rule D10)");
        }
        return attest.verdicts().stream()
                .flatMap(v -> checkVerdict(round, registry, validator, v).stream())
                .findFirst()
                .orElseGet(() -> count(rounds, round, validator, attest));
    }

    private static Optional<Ruling<Rounds>> checkVerdict(
            RoundState round, Registry registry, Hotkey validator, Verdict verdict) {
        Optional<Commitment> about = round.commits().stream()
                .filter(c -> c.contribution().equals(verdict.contribution()))
                .findFirst();
        if (about.isEmpty()) {
            return Optional.of(refuse(
                    Reason.UNKNOWN, "verdict on " + verdict.contribution().brief() + ": not committed"));
        }
        if (registry.areOfOneOwner(validator, about.get().hotkey())) {
            return Optional.of(refuse(Reason.OWN, "verdict on its own contribution (rule A3)"));
        }
        return verdict.code() < 0 || verdict.code() > CODE_MAX
                ? Optional.of(refuse(Reason.RANGE, "verdict code: " + verdict.code()))
                : Optional.empty();
    }

    /** Of each contribution a validator's first verdict counts (rule B1). */
    private static Ruling<Rounds> count(Rounds rounds, RoundState round, Hotkey validator, Attest attest) {
        SortedMap<ContentId, Integer> known = round.verdicts().getOrDefault(validator, Collections.emptySortedMap());
        SortedMap<ContentId, Integer> codes = new TreeMap<>(known);
        attest.verdicts().forEach(v -> codes.putIfAbsent(v.contribution(), v.code()));
        if (round.attested().contains(validator) && codes.size() == known.size()) {
            return refuse(Reason.REPEATED, "Attest: says nothing new");
        }
        return new Ruling.Counted<>(rounds.withCurrent(round.withVerdicts(
                Rounds.with(round.verdicts(), validator, Collections.unmodifiableSortedMap(codes)),
                Rounds.with(round.attested(), validator, true))));
    }

    Ruling<Rounds> holds(Rounds rounds, Hotkey holder, Holds holds) {
        Optional<Ruling<Rounds>> early = refuseUnlessClosed(rounds, holds.round(), "Holds");
        if (early.isPresent()) {
            return early.get();
        }
        RoundState round = rounds.current().orElseThrow();
        byte[] said = holds.bitmap().unsafeArray();
        int count = round.commits().size();
        if (said.length > (count + 7) / 8 || highestBit(said) >= count) {
            return refuse(Reason.RANGE, "Holds: a bit beyond " + count + " commitments");
        }
        Bytes before = round.holds().getOrDefault(holder, Bytes.EMPTY);
        byte[] after = new byte[(count + 7) / 8];
        System.arraycopy(before.unsafeArray(), 0, after, 0, before.length());
        for (int i = 0; i < said.length; i++) {
            after[i] |= said[i];
        }
        Bytes merged = Bytes.wrap(after);
        if (highestBit(said) < 0 || merged.equals(before)) {
            return refuse(Reason.REPEATED, "Holds: says nothing new");
        }
        return new Ruling.Counted<>(rounds.withCurrent(round.withHolds(Rounds.with(round.holds(), holder, merged))));
    }

    private static int highestBit(byte[] bitmap) {
        for (int i = bitmap.length - 1; i >= 0; i--) {
            if (bitmap[i] != 0) {
                return 8 * i + 31 - Integer.numberOfLeadingZeros(bitmap[i] & 0xFF);
            }
        }
        return -1;
    }

    private static Optional<Ruling<Rounds>> refuseUnlessClosed(Rounds rounds, long said, String what) {
        if (rounds.current().filter(r -> r.round() == said).isEmpty()) {
            return Optional.of(RoundRules.wrongRound(what, said, rounds.lastSealed() + 1));
        }
        return rounds.current().filter(RoundState::isClosed).isPresent()
                ? Optional.empty()
                : Optional.of(refuse(Reason.WRONG_PHASE, what + ": round " + said + " has not closed"));
    }

    private static Ruling<Rounds> refuse(Reason reason, String detail) {
        return new Ruling.Refused<>(reason, detail);
    }

    // ---- suspension (rule D7)

    /**
     * Suspends, past CLOSED + ceiling, the validators that have not attested, if those that have hold half the stake.
     */
    Rounds suspend(Rounds rounds, Registry registry, Mark mark) {
        RoundState round = rounds.current().orElseThrow();
        if (!isPastCeiling(round, mark)) {
            return rounds;
        }
        SortedSet<Hotkey> silent = new TreeSet<>(active(round));
        silent.removeAll(round.attested());
        if (silent.isEmpty() || !isHalf(round)) {
            return rounds;
        }
        SortedMap<Hotkey, Standing> standings = new TreeMap<>(rounds.standings());
        silent.forEach(v -> standings.put(v, rounds.standing(v).suspended(true)));
        silent.addAll(round.suspended());
        RoundState without = round.withSuspended(Collections.unmodifiableSortedSet(silent));
        return mayYetFill(without, tallies(without, registry), mark)
                ? rounds
                : rounds.withStandings(Collections.unmodifiableSortedMap(standings), rounds.readyCount())
                        .withCurrent(without);
    }

    /** Of what the validators, suspended or not, had staked when the round opened. */
    private static boolean isHalf(RoundState round) {
        long registered =
                round.stakes().values().stream().mapToLong(Long::longValue).sum();
        return 2 * attestedStake(round) >= registered;
    }

    /**
     * Notes since when those that attested are enough to end the round: with 2/3 of S, or because the others could be
     * suspended. Dissenters (rule D10) may leave too few, and then it begins anew.
     */
    Rounds noteAttested(Rounds rounds, Mark mark) {
        RoundState round = rounds.current().orElseThrow();
        boolean enough = round.isClosed() && (areTwoThirds(round) || isPastCeiling(round, mark) && isHalf(round));
        Optional<Mark> since = enough ? Optional.of(round.attestedAt().orElse(mark)) : Optional.empty();
        return since.equals(round.attestedAt()) ? rounds : rounds.withCurrent(round.withAttestedAt(since));
    }

    private static boolean areTwoThirds(RoundState round) {
        return 3 * attestedStake(round) >= 2 * activeStake(round);
    }

    private boolean isPastCeiling(RoundState round, Mark mark) {
        return round.closed()
                .filter(c -> mark.timeMs() - c.timeMs() >= timing.ceilingMs())
                .isPresent();
    }

    /** V without the suspended. */
    static SortedSet<Hotkey> active(RoundState round) {
        SortedSet<Hotkey> active = new TreeSet<>(round.stakes().keySet());
        active.removeAll(round.suspended());
        return active;
    }

    /** S of rule D7. */
    static long activeStake(RoundState round) {
        return active(round).stream().mapToLong(round.stakes()::get).sum();
    }

    private static long attestedStake(RoundState round) {
        return active(round).stream()
                .filter(round.attested()::contains)
                .mapToLong(round.stakes()::get)
                .sum();
    }

    // ---- SEALED (rules D7, D8)

    /** The end of the round, if this block is it. */
    Optional<SealedRound> seal(Rounds rounds, Registry registry, Mark mark) {
        RoundState round = rounds.current().orElseThrow();
        if (!round.isClosed() || !rounds.agreed().containsKey(round.round() - 1)) {
            return Optional.empty();
        }
        List<Tally> tallies = tallies(round, registry);
        boolean decided = tallies.stream().noneMatch(t -> t.decision() == Decision.OPEN);
        boolean due = isDue(round, mark) && !mayYetFill(round, tallies, mark);
        return (decided || due || isRestGone(rounds, tallies)) && areHeld(round, tallies, mark)
                ? Optional.of(sealed(round, tallies, mark))
                : Optional.empty();
    }

    private boolean isDue(RoundState round, Mark mark) {
        boolean late = mark.timeMs() - round.closed().orElseThrow().timeMs() >= timing.collectMs();
        return late && areTwoThirds(round);
    }

    /**
     * Whether a seal would be empty in haste: something is undecided, and the validators have not had collectMs, and
     * some blocks to speak in, since enough of them attested (rules D7, D12, docs/adr/0008).
     */
    private boolean mayYetFill(RoundState round, List<Tally> tallies, Mark mark) {
        boolean empty = tallies.stream().noneMatch(t -> t.decision() == Decision.ACCEPTED);
        boolean undecided = tallies.stream().anyMatch(t -> t.decision() == Decision.OPEN);
        Mark since = round.attestedAt().orElse(mark);
        boolean early = mark.timeMs() - since.timeMs() < timing.collectMs()
                || mark.height() - since.height() < Limits.EMPTY_SEAL_MIN_BLOCKS;
        return empty && undecided && early;
    }

    /** Whether all that is undecided has gone with its owner, and is no more than what is accepted (docs/adr/0010). */
    private static boolean isRestGone(Rounds rounds, List<Tally> tallies) {
        int openCount = 0;
        int acceptedCount = 0;
        for (int i = 0; i < tallies.size(); i++) {
            switch (tallies.get(i).decision()) {
                case ACCEPTED -> acceptedCount++;
                case REJECTED -> {}
                case OPEN -> {
                    openCount++;
                    if (!rounds.hasGoneWithOwner(i)) {
                        return false;
                    }
                }
            }
        }
        return acceptedCount > 0 && acceptedCount >= openCount;
    }

    private static List<Tally> tallies(RoundState round, Registry registry) {
        return round.commits().stream().map(c -> tally(round, registry, c)).toList();
    }

    private boolean areHeld(RoundState round, List<Tally> tallies, Mark mark) {
        if (isPastCeiling(round, mark)) {
            return true;
        }
        for (int i = 0; i < tallies.size(); i++) {
            if (tallies.get(i).decision() == Decision.ACCEPTED && !isHeld(round, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHeld(RoundState round, int index) {
        Commitment commitment = round.commits().get(index);
        SortedSet<Hotkey> reachable = new TreeSet<>(round.eligible());
        reachable.removeAll(round.absent());
        reachable.addAll(active(round));
        reachable.remove(commitment.hotkey());
        return round.holders(index).size() >= Math.min(2, reachable.size());
    }

    /** S of an item leaves out its owner and whoever shares a coldkey with it (rule A3). */
    private static Tally tally(RoundState round, Registry registry, Commitment commitment) {
        long total = 0;
        long accept = 0;
        SortedMap<Integer, Long> rejects = new TreeMap<>();
        for (Hotkey validator : active(round)) {
            if (registry.areOfOneOwner(validator, commitment.hotkey())) {
                continue;
            }
            long stake = round.stakes().getOrDefault(validator, 0L);
            total += stake;
            Integer code = round.verdicts()
                    .getOrDefault(validator, Collections.emptySortedMap())
                    .get(commitment.contribution());
            if (code != null && code == 0) {
                accept += stake;
            } else if (code != null) {
                rejects.merge(code, stake, Long::sum);
            }
        }
        return new Tally(total, accept, rejects);
    }

    private SealedRound sealed(RoundState round, List<Tally> tallies, Mark mark) {
        List<Commitment> accepted = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (int i = 0; i < tallies.size(); i++) {
            Commitment commitment = round.commits().get(i);
            Tally tally = tallies.get(i);
            switch (tally.decision()) {
                case ACCEPTED -> accepted.add(commitment);
                case REJECTED -> refused.add(new Refused(commitment.hotkey(), commitment.contribution(), tally.code()));
                case OPEN -> refused.add(new Refused(commitment.hotkey(), commitment.contribution(), 0));
            }
        }
        Mark closed = round.closed().orElseThrow();
        Comparator<Commitment> byLot = Comparator.comparing(c -> lot(closed.beacon(), c.hotkey()));
        accepted.sort(byLot.thenComparing(Commitment::hotkey));
        int cap = Math.clamp(timing.collectCap(), 0, Limits.COLLECT_MAX_COUNT);
        int count = Math.min(cap, accepted.size());
        refused.sort(Comparator.comparing(Refused::hotkey));
        return new SealedRound(
                round.round(),
                round.open(),
                closed,
                mark,
                byHotkey(accepted.subList(0, count)),
                byHotkey(accepted.subList(count, accepted.size())),
                List.copyOf(refused));
    }

    private Hash lot(Hash beacon, Hotkey hotkey) {
        return crypto.sha256()
                .update(CAP_DOMAIN)
                .update(beacon.bytes())
                .update(hotkey.hash().bytes())
                .finish();
    }

    private static List<Commitment> byHotkey(List<Commitment> commitments) {
        return commitments.stream()
                .sorted(Comparator.comparing(Commitment::hotkey))
                .toList();
    }

    /** Standings after a sealed round (rule D9). */
    static SortedMap<Hotkey, Standing> judged(Rounds rounds, SealedRound sealed) {
        SortedMap<Hotkey, Standing> standings = new TreeMap<>(rounds.standings());
        for (List<Commitment> accepted : List.of(sealed.collectSet(), sealed.unselected())) {
            accepted.forEach(
                    c -> standings.put(c.hotkey(), rounds.standing(c.hotkey()).fetched()));
        }
        for (Refused refused : sealed.refused()) {
            if (refused.code() == 0) {
                standings.put(
                        refused.hotkey(), rounds.standing(refused.hotkey()).unfetched(sealed.round()));
            }
        }
        return Collections.unmodifiableSortedMap(standings);
    }
}

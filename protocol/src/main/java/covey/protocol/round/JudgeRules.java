package covey.protocol.round;

import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.model.ContentId;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.round.PeerState.Judging;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A validator's part of COLLECT: it checks what is here and is not its own or its owner's, and attests (rules A3, D6,
 * D7, D10). It says nothing while its θ isn't the agreed one.
 */
final class JudgeRules {
    /** Between two Attests of a round that say something new, in ledger time. */
    private static final long ATTEST_EACH_MS = 1_000;

    private final Turn turn;
    private long round;
    private Optional<ContentId> base;
    private final TreeSet<ContentId> asked;
    private final TreeMap<ContentId, Integer> codes;
    private final TreeSet<ContentId> missed;
    private final TreeSet<ContentId> said;
    private boolean attested;
    private long saidMs;

    JudgeRules(Turn turn, Judging slice) {
        this.turn = turn;
        this.round = slice.round();
        this.base = slice.base();
        this.asked = new TreeSet<>(slice.asked());
        this.codes = new TreeMap<>(slice.codes());
        this.missed = new TreeSet<>(slice.missed());
        this.said = new TreeSet<>(slice.said());
        this.attested = slice.attested();
        this.saidMs = slice.saidMs();
    }

    Judging freeze() {
        return new Judging(
                round,
                base,
                Collections.unmodifiableSortedSet(asked),
                Collections.unmodifiableSortedMap(codes),
                Collections.unmodifiableSortedSet(missed),
                Collections.unmodifiableSortedSet(said),
                attested,
                saidMs);
    }

    void notFetched(ContentId content) {
        missed.add(content);
    }

    void judged(PeerInput.Judged input) {
        if (asked.contains(input.contribution())) {
            codes.putIfAbsent(input.contribution(), input.code());
        }
    }

    void derive() {
        Optional<RoundState> collecting = turn.ledger.round().filter(this::isMine);
        if (collecting.isEmpty() || !turn.outer.isAt(collecting.get().round() - 1)) {
            return;
        }
        RoundState current = collecting.get();
        start(current, turn.outer.root(current.round() - 1).orElseThrow());
        List<Commitment> judgeable = current.commits().stream()
                .filter(c -> !turn.setup.isOwn(turn.ledger, c.hotkey()))
                .toList();
        judgeable.forEach(this::judge);
        attest(current, judgeable);
    }

    /**
     * Rule D7: at the end it says that it could fetch nothing, but not before it tried. A validator that was away since
     * CLOSED would else seal the round empty.
     */
    private boolean hasNothing(RoundState current, List<Commitment> judgeable) {
        long sinceMs = turn.ledger.timeMs() - current.closed().orElseThrow().timeMs();
        return !attested
                && sinceMs >= turn.setup.genesis().timing().collectMs()
                && judgeable.stream()
                        .map(Commitment::contribution)
                        .allMatch(c -> missed.contains(c) && !turn.contents.has(c));
    }

    private boolean isMine(RoundState current) {
        return turn.setup.is(Role.VALIDATOR)
                && current.isClosed()
                && current.stakes().containsKey(turn.setup.self())
                && !current.suspended().contains(turn.setup.self());
    }

    /** A new round, or the same from another θ: verdicts from the former one don't count. */
    private void start(RoundState current, ContentId root) {
        if (round == current.round() && base.filter(root::equals).isPresent()) {
            return;
        }
        round = current.round();
        base = Optional.of(root);
        asked.clear();
        codes.clear();
        missed.clear();
        said.clear();
        attested = current.attested().contains(turn.setup.self());
        saidMs = current.closed().orElseThrow().timeMs();
        var known = current.verdicts().get(turn.setup.self());
        if (known != null) {
            said.addAll(known.keySet());
        }
    }

    private void judge(Commitment commitment) {
        ContentId content = commitment.contribution();
        if (turn.contents.has(content) && !said.contains(content) && asked.add(content)) {
            turn.emit(new PeerEffect.Judge(round, content, commitment.hotkey(), base.orElseThrow()));
        }
    }

    private void attest(RoundState current, List<Commitment> judgeable) {
        List<Verdict> fresh = new ArrayList<>();
        codes.forEach((content, code) -> {
            if (!said.contains(content) && turn.contents.has(content) && fresh.size() < Limits.COLLECT_MAX_COUNT) {
                fresh.add(new Verdict(content, code));
            }
        });
        boolean complete = judgeable.stream()
                .map(Commitment::contribution)
                .allMatch(c -> codes.containsKey(c) || said.contains(c));
        long nowMs = turn.ledger.timeMs();
        boolean due = complete || nowMs - saidMs >= ATTEST_EACH_MS;
        if (due && !fresh.isEmpty() || hasNothing(current, judgeable)) {
            attested = true;
            saidMs = nowMs;
            fresh.forEach(v -> said.add(v.contribution()));
            turn.say(Role.VALIDATOR, new Statement.Attest(round, fresh));
        }
    }
}

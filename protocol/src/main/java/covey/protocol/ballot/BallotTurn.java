package covey.protocol.ballot;

import covey.protocol.ballot.BallotState.Candidacy;
import covey.protocol.ballot.BallotState.Execution;
import covey.protocol.ballot.BallotState.Idle;
import covey.protocol.ballot.BallotState.Phase;
import covey.protocol.ballot.BallotState.Times;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** An authority's state in the making: one input on one state. The rules of each part work on it. */
final class BallotTurn {
    final BallotContext context;
    final RecoveryRules recovery;
    final AcceptorRules acceptor;
    final ProposerRules proposer;
    final LearnerRules learner;

    private final List<BallotEffect> effects = new ArrayList<>();
    private Phase phase;
    LedgerState ledger;
    Optional<CertifiedBlock> last;
    VoteRecord vote;
    Optional<Execution> executed;
    long highestCounter;
    Candidacy candidacy;
    boolean ticking;
    long startNs;
    long nowNs;
    long progressNs;
    long retryNs;
    int failures;
    long askedNewestNs;
    long askedNs;
    long askedHeight;
    private SortedMap<Integer, SignedVote> newest;
    SortedSet<Integer> answered;
    private SortedSet<Integer> guilty;
    private long jitter;

    BallotTurn(BallotContext context, BallotState from) {
        this.context = context;
        this.phase = from.phase();
        this.ledger = from.ledger();
        this.last = from.last();
        this.vote = from.vote();
        this.executed = from.executed();
        this.highestCounter = from.highestCounter();
        this.candidacy = from.candidacy();
        Times times = from.times();
        this.ticking = times.ticking();
        this.startNs = times.startNs();
        this.nowNs = times.nowNs();
        this.progressNs = times.progressNs();
        this.retryNs = times.retryNs();
        this.failures = times.failures();
        this.askedNewestNs = times.askedNewestNs();
        this.askedNs = times.askedNs();
        this.askedHeight = times.askedHeight();
        this.newest = from.newest();
        this.answered = from.answered();
        this.guilty = from.guilty();
        this.jitter = from.jitter();
        this.recovery = new RecoveryRules(this);
        this.acceptor = new AcceptorRules(this);
        this.proposer = new ProposerRules(this);
        this.learner = new LearnerRules(this);
    }

    BallotMachine.Transition finish() {
        Times times =
                new Times(ticking, startNs, nowNs, progressNs, retryNs, failures, askedNewestNs, askedNs, askedHeight);
        BallotState next = new BallotState(
                phase,
                ledger,
                last,
                vote,
                executed,
                highestCounter,
                candidacy,
                times,
                newest,
                answered,
                guilty,
                jitter);
        return new BallotMachine.Transition(next, effects);
    }

    void tick(BallotInput.Tick tick) {
        nowNs = ticking ? Math.max(nowNs, tick.monotonicNs()) : tick.monotonicNs();
        if (!ticking) {
            ticking = true;
            startNs = nowNs;
            progressNs = nowNs;
            retryNs = nowNs;
        }
        if (phase == Phase.ASKING) {
            recovery.tick();
        }
        if (mayVote()) {
            proposer.tick(tick.waiting().transactions());
        }
    }

    boolean isListening() {
        return phase != Phase.DOWN && phase != Phase.STOPPED;
    }

    boolean mayVote() {
        return phase == Phase.VOTING;
    }

    boolean isAsking() {
        return phase == Phase.ASKING;
    }

    void enter(Phase next) {
        phase = next;
    }

    /** Signs nothing any more. */
    void stop(Phase next, String reason, List<CertifiedBlock> conflicting) {
        if (phase != next) {
            phase = next;
            candidacy = new Idle();
            effects.add(new BallotEffect.Stopped(reason, conflicting));
        }
    }

    long nextHeight() {
        return ledger.height() + 1;
    }

    /** Makes the vote durable, then says it (rule C3). */
    void persist(VoteRecord next, BallotEffect... thenSay) {
        vote = next;
        BallotEffect persist = new BallotEffect.Persist(next);
        if (context.has(BallotFault.ACK_BEFORE_PERSIST)) {
            Collections.addAll(effects, thenSay);
            effects.add(persist);
        } else {
            effects.add(persist);
            Collections.addAll(effects, thenSay);
        }
    }

    void say(BallotEffect... all) {
        Collections.addAll(effects, all);
    }

    Hash hash(Block block) {
        return BlockCodec.hash(block, context.run(), context.crypto());
    }

    void send(int to, BallotMessage message) {
        effects.add(new BallotEffect.Send(to, message));
    }

    void sendAll(BallotMessage message) {
        if (context.count() > 1) {
            effects.add(new BallotEffect.SendAll(message));
        }
    }

    /** The next block's effect on the ledger; empty if the block is not valid there. */
    Optional<Execution> execute(Block block) {
        if (executed.filter(e -> e.block().equals(block)).isPresent()) {
            return executed;
        }
        if (context.ledger().validateBlock(ledger, block).isPresent()) {
            return Optional.empty();
        }
        LedgerState after = context.ledger().apply(ledger, block).next();
        executed = Optional.of(
                new Execution(block, after.blockHash(), context.ledger().stateHash(after), after));
        return executed;
    }

    /** Whether a ballot may exist (rule C1); then its counter is remembered. */
    boolean admit(BallotNumber ballot) {
        boolean ok = ballot.counter() >= 1
                && ballot.authority() < context.count()
                && ballot.counter() - highestCounter <= Limits.BALLOT_JUMP_MAX;
        if (ok) {
            highestCounter = Math.max(highestCounter, ballot.counter());
        }
        return ok;
    }

    /** Keeps the newest verified vote of another authority (rule C5), and tells of two votes in one slot. */
    void note(int authority, SignedVote seen) {
        SignedVote known = newest.get(authority);
        if (known instanceof SignedVote.Acked a
                && seen instanceof SignedVote.Acked b
                && a.sameSlot(b)
                && !a.sameContent(b)
                && !guilty.contains(authority)) {
            guilty = with(guilty, authority);
            effects.add(new BallotEffect.Guilty(authority, a, b));
        }
        if (known == null || seen.isNewerThan(known)) {
            SortedMap<Integer, SignedVote> next = new TreeMap<>(newest);
            next.put(authority, seen);
            newest = Collections.unmodifiableSortedMap(next);
        }
    }

    Optional<SignedVote> newestOf(int authority) {
        return Optional.ofNullable(newest.get(authority));
    }

    static SortedSet<Integer> with(SortedSet<Integer> set, int member) {
        SortedSet<Integer> next = new TreeSet<>(set);
        next.add(member);
        return Collections.unmodifiableSortedSet(next);
    }

    /** How far this authority is after the last proposer (rule C4). */
    int rank() {
        int lastProposer = last.map(c -> c.certificate().authority()).orElse(0);
        return Math.floorMod(context.self() - lastProposer, context.count());
    }

    /** Uniform in 0 to {@code boundNs}, the bound left out. */
    long drawJitterNs(long boundNs) {
        jitter += 0x9E3779B97F4A7C15L;
        long z = (jitter ^ jitter >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return Long.remainderUnsigned(z ^ z >>> 31, boundNs);
    }
}

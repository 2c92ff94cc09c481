package covey.protocol.ballot;

import covey.protocol.ballot.BallotState.Execution;
import covey.protocol.ballot.BallotState.Idle;
import covey.protocol.ballot.BallotState.Leading;
import covey.protocol.ballot.BallotState.Preparing;
import covey.protocol.ballot.BallotState.Proposal;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** When to propose, what, and what makes a certificate of it (rules B2, B3, C2-C4). */
final class ProposerRules {
    private static final long RESEND_NS = 500 * BallotContext.NS_PER_MS;
    /** Backing off stops growing at 8 T. */
    private static final int FAILURES_MAX = 3;

    private final BallotTurn turn;

    ProposerRules(BallotTurn turn) {
        this.turn = turn;
    }

    void tick(List<SignedTransaction> waiting) {
        if (turn.candidacy instanceof Idle && isDue()) {
            prepare();
        }
        switch (turn.candidacy) {
            case Idle _ -> {}
            case Preparing p -> press(p);
            case Leading l -> lead(l, waiting);
        }
    }

    private boolean isDue() {
        long patienceNs = turn.context.timeoutNs() * (1 + turn.rank());
        return turn.nowNs - turn.progressNs >= patienceNs && turn.nowNs >= turn.retryNs;
    }

    /** Begins a ballot above all that were seen. */
    void prepare() {
        BallotNumber ballot = new BallotNumber(turn.highestCounter + 1, turn.context.self());
        turn.highestCounter = ballot.counter();
        BallotMessage.Promise own = turn.acceptor.promiseOwn(ballot);
        turn.candidacy = new Preparing(ballot, turn.nowNs, turn.nowNs, Collections.emptySortedMap());
        turn.sendAll(new BallotMessage.Prepare(ballot, turn.ledger.height()));
        count(turn.context.self(), own);
    }

    private void press(Preparing p) {
        if (turn.nowNs - Math.max(p.sinceNs(), turn.progressNs) >= turn.context.timeoutNs()) {
            giveUp();
        } else if (turn.nowNs - p.sentNs() >= RESEND_NS) {
            turn.candidacy = new Preparing(p.ballot(), p.sinceNs(), turn.nowNs, p.promises());
            turn.sendAll(new BallotMessage.Prepare(p.ballot(), turn.ledger.height()));
            proceed();
        }
    }

    void promise(int from, BallotMessage.Promise message) {
        if (turn.context.check().isSigned(from, message.vote()) && isConsistent(message)) {
            turn.note(from, message.vote());
            count(from, message);
        }
    }

    /** Whether what comes with a promise is what the promise's signature covers. */
    private boolean isConsistent(BallotMessage.Promise message) {
        SignedVote.Promised vote = message.vote();
        if (message.accepted().isEmpty()) {
            return vote.acceptedBallot().equals(BallotNumber.NONE);
        }
        Accepted accepted = message.accepted().get();
        return accepted.ballot().equals(vote.acceptedBallot())
                && accepted.block().height() > vote.certifiedHeight()
                && turn.hash(accepted.block()).equals(vote.acceptedHash());
    }

    private void count(int from, BallotMessage.Promise message) {
        if (turn.candidacy instanceof Preparing p
                && p.ballot().equals(message.vote().ballot())) {
            turn.candidacy = new Preparing(p.ballot(), p.sinceNs(), p.sentNs(), with(p.promises(), from, message));
            proceed();
        }
    }

    /** With a quorum of promises: first catches up, then proposes what may have been certified (rule C2). */
    private void proceed() {
        if (!(turn.candidacy instanceof Preparing p) || p.promises().size() < turn.context.quorum()) {
            return;
        }
        Map.Entry<Integer, BallotMessage.Promise> ahead = p.promises().entrySet().stream()
                .max(Comparator.comparingLong(e -> e.getValue().vote().certifiedHeight()))
                .orElseThrow();
        if (ahead.getValue().vote().certifiedHeight() > turn.ledger.height()) {
            turn.learner.need(ahead.getKey());
            return;
        }
        Optional<Accepted> bound = bound(p);
        turn.candidacy = new Leading(p.ballot(), true, Optional.empty());
        bound.ifPresent(accepted -> propose(p.ballot(), accepted.block()));
    }

    private Optional<Accepted> bound(Preparing p) {
        if (turn.context.has(BallotFault.NO_REPROPOSAL)) {
            return Optional.empty();
        }
        Comparator<Accepted> byBallot = Comparator.comparing(Accepted::ballot);
        Stream<Accepted> accepted = p.promises().values().stream()
                .flatMap(promise -> promise.accepted().stream())
                .filter(a -> a.block().height() == turn.nextHeight());
        return turn.context.has(BallotFault.LOWEST_ACCEPTED) ? accepted.min(byBallot) : accepted.max(byBallot);
    }

    private void lead(Leading l, List<SignedTransaction> waiting) {
        if (l.proposal().isEmpty()) {
            nextBlock(l, waiting).ifPresent(block -> propose(l.ballot(), block));
            return;
        }
        Proposal proposal = l.proposal().get();
        if (turn.nowNs - proposal.sinceNs() >= turn.context.timeoutNs()) {
            giveUp();
        } else if (turn.nowNs - proposal.sentNs() >= RESEND_NS) {
            resend(l, proposal);
        }
    }

    /** A block as soon as a transaction waits, but not too many a second; an empty one after a while (rule B3). */
    private Optional<Block> nextBlock(Leading l, List<SignedTransaction> waiting) {
        var timing = turn.context.genesis().timing();
        long elapsedMs = (turn.nowNs - turn.progressNs) / BallotContext.NS_PER_MS;
        boolean idle = l.fresh() || elapsedMs >= timing.blockIdleMs();
        if (!idle && (waiting.isEmpty() || elapsedMs < timing.blockMinMs())) {
            return Optional.empty();
        }
        Block block = turn.context.builder().build(turn.ledger, elapsedMs, turn.context.signer(), waiting);
        return Optional.of(block).filter(b -> idle || !b.transactions().isEmpty());
    }

    private void propose(BallotNumber ballot, Block block) {
        Optional<Execution> execution = turn.execute(block);
        if (execution.isEmpty()) {
            giveUp();
            return;
        }
        Proposal proposal = new Proposal(execution.get(), turn.nowNs, turn.nowNs, Collections.emptySortedMap());
        turn.candidacy = new Leading(ballot, false, Optional.of(proposal));
        turn.sendAll(new BallotMessage.Propose(ballot, block));
        turn.acceptor.accept(ballot, block, Optional.empty()).ifPresent(own -> count(turn.context.self(), own));
    }

    private void resend(Leading l, Proposal p) {
        Proposal sent = new Proposal(p.execution(), p.sinceNs(), turn.nowNs, p.acks());
        turn.candidacy = new Leading(l.ballot(), false, Optional.of(sent));
        for (int to = 0; to < turn.context.count(); to++) {
            if (!p.acks().containsKey(to)) {
                turn.send(
                        to, new BallotMessage.Propose(l.ballot(), p.execution().block()));
            }
        }
    }

    void ack(int from, SignedVote.Acked vote) {
        if (turn.context.check().isSigned(from, vote)) {
            turn.note(from, vote);
            count(from, vote);
        }
    }

    private void count(int from, SignedVote.Acked vote) {
        if (!(turn.candidacy instanceof Leading l) || l.proposal().isEmpty()) {
            return;
        }
        Proposal p = l.proposal().get();
        if (!isFor(vote, l.ballot(), p.execution())) {
            return;
        }
        Proposal next = new Proposal(p.execution(), p.sinceNs(), p.sentNs(), with(p.acks(), from, vote));
        turn.candidacy = new Leading(l.ballot(), false, Optional.of(next));
        if (next.acks().size() >= turn.context.quorum()) {
            certify(l.ballot(), next);
        }
    }

    /** Only votes equal in ballot, height, hash and state hash are counted together (rule C3). */
    private boolean isFor(SignedVote.Acked vote, BallotNumber ballot, Execution execution) {
        BallotContext c = turn.context;
        boolean sameHash = vote.blockHash().equals(execution.blockHash())
                && vote.stateHash().equals(execution.stateHash());
        return (vote.ballot().equals(ballot) || c.has(BallotFault.ACK_OF_OTHER_BALLOT))
                && (vote.height() == execution.block().height() || c.has(BallotFault.ACK_OF_OTHER_HEIGHT))
                && (sameHash || c.has(BallotFault.ACK_OF_OTHER_HASH));
    }

    private void certify(BallotNumber ballot, Proposal p) {
        List<Certificate.Vote> votes = p.acks().entrySet().stream()
                .map(e -> new Certificate.Vote(e.getKey(), e.getValue().signature()))
                .toList();
        Execution e = p.execution();
        CertifiedBlock certified = new CertifiedBlock(
                e.block(), new Certificate(ballot.counter(), ballot.authority(), e.blockHash(), e.stateHash(), votes));
        turn.learner.finish(certified, e);
        turn.sendAll(new BallotMessage.Certified(List.of(certified)));
    }

    void nack(BallotMessage.Nack message) {
        boolean ours = ballot().filter(message.ballot()::equals).isPresent();
        if (turn.admit(message.promised()) && ours && message.promised().isAbove(message.ballot())) {
            giveUp();
        }
    }

    /** Another authority's ballot is above ours: ours is over, and that one has its time. */
    void yieldTo(BallotNumber other) {
        if (ballot().filter(other::equals).isEmpty() && other.authority() != turn.context.self()) {
            turn.candidacy = new Idle();
            turn.retryNs = Math.max(turn.retryNs, turn.nowNs + turn.context.timeoutNs());
        }
    }

    private Optional<BallotNumber> ballot() {
        return switch (turn.candidacy) {
            case Idle _ -> Optional.empty();
            case Preparing p -> Optional.of(p.ballot());
            case Leading l -> Optional.of(l.ballot());
        };
    }

    /** A block became final: what was in flight at its height is over. */
    void progressed(BallotNumber certifiedIn) {
        switch (turn.candidacy) {
            case Idle _ -> {}
            case Preparing _ -> proceed();
            case Leading l when certifiedIn.isAbove(l.ballot()) -> turn.candidacy = new Idle();
            case Leading l -> turn.candidacy = new Leading(l.ballot(), false, Optional.empty());
        }
    }

    private void giveUp() {
        long backOffNs = turn.context.timeoutNs() << Math.min(turn.failures, FAILURES_MAX);
        turn.candidacy = new Idle();
        turn.failures = Math.min(turn.failures, FAILURES_MAX) + 1;
        turn.retryNs = turn.nowNs + backOffNs + turn.drawJitterNs(backOffNs);
    }

    private static <V> SortedMap<Integer, V> with(SortedMap<Integer, V> map, int key, V value) {
        SortedMap<Integer, V> next = new TreeMap<>(map);
        next.put(key, value);
        return Collections.unmodifiableSortedMap(next);
    }
}

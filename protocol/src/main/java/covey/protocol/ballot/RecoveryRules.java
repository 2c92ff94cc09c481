package covey.protocol.ballot;

import covey.protocol.ballot.BallotState.Phase;
import java.util.List;

/** No authority votes without its memory (rule C5). */
final class RecoveryRules {
    private static final long ASK_NS = 500 * BallotContext.NS_PER_MS;

    private final BallotTurn turn;

    RecoveryRules(BallotTurn turn) {
        this.turn = turn;
    }

    void recovered(BallotInput.Recovered input) {
        turn.ledger = input.state();
        turn.last = input.last();
        turn.vote = input.vote().orElse(VoteRecord.EMPTY);
        turn.highestCounter = Math.max(
                turn.vote.promised().counter(),
                input.last().map(c -> c.certificate().counter()).orElse(0L));
        if (input.vote().isPresent()) {
            turn.enter(Phase.ASKING);
        } else if (input.firstStart()) {
            turn.enter(Phase.ASKING);
            turn.persist(VoteRecord.EMPTY);
        } else {
            forget("vote file: missing or damaged");
        }
        input.last().ifPresent(turn.learner::noteVotes);
    }

    void tick() {
        boolean first = turn.nowNs == turn.startNs;
        int others = turn.context.count() - 1;
        boolean all = turn.answered.size() == others;
        boolean waited = turn.nowNs - turn.startNs >= ASK_NS;
        if (all || waited && turn.answered.size() >= turn.context.genesis().quorum() - 1) {
            begin();
        } else if (first || turn.nowNs - turn.askedNewestNs >= ASK_NS) {
            turn.askedNewestNs = turn.nowNs;
            turn.sendAll(new BallotMessage.AskNewest(turn.startNs));
        }
    }

    /** The last proposer goes on at once; the others leave it its time. */
    private void begin() {
        turn.enter(Phase.VOTING);
        turn.progressNs = turn.nowNs;
        if (turn.rank() == 0) {
            turn.proposer.prepare();
        }
    }

    void askNewest(int from, long nonce) {
        turn.send(from, new BallotMessage.Newest(nonce, turn.ledger.height(), turn.newestOf(from)));
    }

    void newest(int from, BallotMessage.Newest message) {
        message.vote()
                .filter(vote -> turn.context.check().isSigned(turn.context.self(), vote))
                .ifPresent(this::ownShown);
        if (turn.isAsking() && turn.ticking && message.nonce() == turn.startNs) {
            turn.answered = BallotTurn.with(turn.answered, from);
        }
        if (message.certifiedHeight() > turn.ledger.height()) {
            turn.learner.need(from);
        }
    }

    /** A verified vote of our own that somebody shows: whether the vote record knows of it. */
    void ownShown(SignedVote shown) {
        if (shown.ballot().isAbove(turn.vote.promised()) || shown instanceof SignedVote.Acked acked && !covers(acked)) {
            forget("vote file: older than a signature of ours in ballot " + shown.ballot());
        }
    }

    private boolean covers(SignedVote.Acked shown) {
        if (shown.height() <= turn.ledger.height()) {
            return true;
        }
        return turn.vote
                .accepted()
                .filter(a -> a.block().height() > shown.height()
                        || a.block().height() == shown.height()
                                && !shown.ballot().isAbove(a.ballot()))
                .isPresent();
    }

    private void forget(String what) {
        turn.stop(Phase.MUTE, what + " (expected: complete; this authority signs no more in this run)", List.of());
    }
}

package covey.protocol.ballot;

import covey.protocol.ballot.BallotState.Execution;
import covey.protocol.ballot.BallotState.Phase;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import java.util.List;
import java.util.Optional;

/** Certified blocks: taken from anybody, checked here, and served (rules B6, C2, C5). */
final class LearnerRules {
    private static final long ASK_NS = 200 * BallotContext.NS_PER_MS;

    private final BallotTurn turn;

    LearnerRules(BallotTurn turn) {
        this.turn = turn;
    }

    void certified(int from, List<CertifiedBlock> blocks) {
        long before = turn.ledger.height();
        for (CertifiedBlock block : blocks) {
            if (block.block().height() > turn.nextHeight()) {
                need(from);
                return;
            }
            if (!take(block)) {
                return;
            }
        }
        if (blocks.size() > 1 && turn.ledger.height() > before) {
            need(from);
        }
    }

    /** False if nothing after this block can be of use. */
    private boolean take(CertifiedBlock certified) {
        long height = certified.block().height();
        if (height < turn.ledger.height()) {
            return true;
        }
        if (height == turn.ledger.height()
                && certified.certificate().blockHash().equals(turn.ledger.blockHash())) {
            return true;
        }
        if (turn.context.check().check(certified).isPresent()) {
            return false;
        }
        if (height == turn.ledger.height() || !certified.block().parent().equals(turn.ledger.blockHash())) {
            conflict(certified);
            return false;
        }
        return execute(certified);
    }

    private void conflict(CertifiedBlock other) {
        String reason = "height " + turn.ledger.height() + ": two blocks are certified (expected: one)";
        List<CertifiedBlock> both = turn.last.map(l -> List.of(l, other)).orElse(List.of(other));
        turn.stop(Phase.STOPPED, reason, both);
    }

    private boolean execute(CertifiedBlock certified) {
        Optional<Execution> execution = turn.execute(certified.block())
                .filter(e -> e.stateHash().equals(certified.certificate().stateHash()));
        if (execution.isEmpty()) {
            String reason = "height " + certified.block().height() + ": our state differs from the certified one";
            turn.stop(Phase.STOPPED, reason + " (expected: equal)", List.of(certified));
            return false;
        }
        finish(certified, execution.get());
        return true;
    }

    /** A block is final: checked by {@link CertificateCheck}, or certified by votes that were checked one by one. */
    void finish(CertifiedBlock certified, Execution execution) {
        turn.say(new BallotEffect.Finalized(certified, execution.after()));
        turn.ledger = execution.after();
        turn.last = Optional.of(certified);
        turn.executed = Optional.empty();
        turn.highestCounter =
                Math.max(turn.highestCounter, certified.certificate().counter());
        turn.progressNs = turn.nowNs;
        turn.failures = 0;
        noteVotes(certified);
        turn.proposer.progressed(CertificateCheck.ballot(certified.certificate()));
    }

    /** A certificate shows signatures, our own among them (rule C5). */
    void noteVotes(CertifiedBlock certified) {
        certified.certificate().votes().forEach(vote -> note(certified, vote));
    }

    private void note(CertifiedBlock certified, Certificate.Vote vote) {
        SignedVote.Acked acked = CertificateCheck.vote(certified, vote);
        if (vote.authority() == turn.context.self()) {
            turn.recovery.ownShown(acked);
        } else {
            turn.note(vote.authority(), acked);
        }
    }

    /** Sends certified blocks from a height on, if there are. */
    void serve(int to, long fromHeight) {
        if (fromHeight == turn.ledger.height() && turn.last.isPresent()) {
            turn.send(to, new BallotMessage.Certified(List.of(turn.last.get())));
        } else if (fromHeight >= 1 && fromHeight < turn.ledger.height()) {
            turn.say(new BallotEffect.NeedBlocks(to, fromHeight));
        }
    }

    /** Asks for the certified blocks that are missing; the same not more than five times a second. */
    void need(int from) {
        if (turn.askedHeight != turn.nextHeight() || turn.nowNs - turn.askedNs >= ASK_NS) {
            turn.askedHeight = turn.nextHeight();
            turn.askedNs = turn.nowNs;
            turn.send(from, new BallotMessage.Need(turn.nextHeight()));
        }
    }
}

package covey.protocol.ballot;

import covey.protocol.ballot.BallotState.Execution;
import covey.protocol.ledger.Block;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import java.util.Optional;

/** Promises and acceptances: durable before they are said (rules C1, C3). */
final class AcceptorRules {
    private static final Bytes UNSIGNED = Bytes.EMPTY;

    private final BallotTurn turn;

    AcceptorRules(BallotTurn turn) {
        this.turn = turn;
    }

    void prepare(int from, BallotMessage.Prepare message) {
        BallotNumber ballot = message.ballot();
        if (!turn.mayVote() || from != ballot.authority() || !turn.admit(ballot)) {
            return;
        }
        if (ballot.isAbove(turn.vote.promised())) {
            turn.proposer.yieldTo(ballot);
            promise(ballot, from);
        } else if (turn.vote.promised().isAbove(ballot)) {
            turn.send(from, new BallotMessage.Nack(ballot, turn.vote.promised()));
        } else if (turn.vote.last().orElse(null) instanceof SignedVote.Promised again) {
            turn.send(from, message(again));
        }
        if (message.certifiedHeight() > turn.ledger.height()) {
            turn.learner.need(from);
        } else {
            turn.learner.serve(from, message.certifiedHeight() + 1);
        }
    }

    private void promise(BallotNumber ballot, int to) {
        SignedVote.Promised vote = sign(ballot);
        turn.persist(promised(vote), new BallotEffect.Send(to, message(vote)));
    }

    /** Promises to ourselves. */
    BallotMessage.Promise promiseOwn(BallotNumber ballot) {
        SignedVote.Promised vote = sign(ballot);
        turn.persist(promised(vote));
        return message(vote);
    }

    private VoteRecord promised(SignedVote.Promised vote) {
        VoteRecord old = turn.vote;
        BallotNumber promised = turn.context.has(BallotFault.FORGOTTEN_PROMISE) ? old.promised() : vote.ballot();
        return new VoteRecord(promised, old.accepted(), Optional.of(vote));
    }

    private SignedVote.Promised sign(BallotNumber ballot) {
        long height = turn.ledger.height();
        Optional<Accepted> accepted = acceptedAbove(height);
        SignedVote.Promised vote = new SignedVote.Promised(
                ballot,
                height,
                accepted.map(Accepted::ballot).orElse(BallotNumber.NONE),
                accepted.map(a -> turn.hash(a.block())).orElse(Hash.ZERO),
                UNSIGNED);
        return vote.signed(signer().sign(vote.message(turn.context.run())));
    }

    private BallotMessage.Promise message(SignedVote.Promised vote) {
        return new BallotMessage.Promise(vote, acceptedAbove(vote.certifiedHeight()));
    }

    private Optional<Accepted> acceptedAbove(long height) {
        return turn.vote.accepted().filter(a -> a.block().height() > height);
    }

    void propose(int from, BallotMessage.Propose message) {
        BallotNumber ballot = message.ballot();
        long height = message.block().height();
        if (!turn.mayVote() || from != ballot.authority() || !turn.admit(ballot)) {
            return;
        }
        if (turn.vote.promised().isAbove(ballot) && !turn.context.has(BallotFault.NO_FENCE)) {
            turn.send(from, new BallotMessage.Nack(ballot, turn.vote.promised()));
        } else if (height <= turn.ledger.height()) {
            turn.learner.serve(from, height);
        } else if (height > turn.nextHeight()) {
            turn.learner.need(from);
        } else {
            accept(ballot, message.block(), Optional.of(from));
        }
    }

    /**
     * Accepts the next block in a ballot that isn't fenced, and says so. Empty if the block isn't valid or another was
     * accepted in the ballot. Without {@code to} the vote is ours for our own proposal.
     */
    Optional<SignedVote.Acked> accept(BallotNumber ballot, Block block, Optional<Integer> to) {
        Optional<Accepted> same = turn.vote
                .accepted()
                .filter(a -> a.ballot().equals(ballot) && a.block().height() == block.height());
        if (same.isPresent() && !same.get().block().equals(block)) {
            return Optional.empty();
        }
        Optional<SignedVote.Acked> vote = turn.execute(block).map(e -> sign(ballot, e));
        vote.ifPresent(v -> keep(v, block, to, same.isPresent()));
        return vote;
    }

    private void keep(SignedVote.Acked vote, Block block, Optional<Integer> to, boolean again) {
        BallotEffect[] say = to.stream()
                .map(t -> new BallotEffect.Send(t, new BallotMessage.Ack(vote)))
                .toArray(BallotEffect[]::new);
        turn.proposer.yieldTo(vote.ballot());
        if (again) {
            turn.say(say);
        } else {
            Accepted accepted = new Accepted(vote.ballot(), block);
            turn.persist(new VoteRecord(vote.ballot(), Optional.of(accepted), Optional.of(vote)), say);
        }
    }

    private SignedVote.Acked sign(BallotNumber ballot, Execution execution) {
        SignedVote.Acked vote = new SignedVote.Acked(
                ballot, execution.block().height(), execution.blockHash(), execution.stateHash(), UNSIGNED);
        return vote.signed(signer().sign(vote.message(turn.context.run())));
    }

    private Crypto.Signer signer() {
        return turn.context.signer();
    }
}

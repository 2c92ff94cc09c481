package covey.chaos.check;

import covey.protocol.ballot.SignedVote;
import covey.protocol.ballot.VoteRecord;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.round.PeerEffect;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What checkers see. Nodes are numbers. */
public sealed interface Event {
    int node();

    /** The process started. @param settledRound what its disk holds */
    record Started(int node, long settledRound, ContentId root) implements Event {}

    /** A certified block reached the node's own ledger. */
    record Certified(int node, CertifiedBlock block, LedgerState after) implements Event {}

    /** An authority's signature left its process. @param onDisk its vote record at that time */
    record Voted(int node, SignedVote vote, Optional<VoteRecord> onDisk) implements Event {}

    /**
     * The node put a statement on its way to the ledger.
     *
     * @param ledger the node's
     * @param settledRound that its disk holds
     * @param onDisk contents that are durable there
     */
    record Said(int node, Statement statement, LedgerState ledger, long settledRound, Predicate<ContentId> onDisk)
            implements Event {}

    /** The engine ended a round's inner steps. @param windows that it was given */
    record Trained(int node, long round, List<Long> windows, int steps) implements Event {}

    /** An outer step begins; {@link Settled} follows unless the process dies. */
    record Settling(int node, PeerEffect.Settle effect) implements Event {}

    /** Hash of a trainer's error feedback, after a start or a settlement. @param round that its disk holds */
    record Remembers(int node, long round, Hash feedback) implements Event {}

    /** A contribution was made and recorded. @param valid whether it may be accepted in that round */
    record Made(int node, long round, ContentId content, byte[] bytes, boolean valid) implements Event {}

    /** A content left the node. @param ledger the sender's */
    record Sent(int node, int to, ContentId content, LedgerState ledger) implements Event {}

    /** An outer step is durable. @param ledger the node's */
    record Settled(int node, PeerEffect.Settle effect, ContentId root, LedgerState ledger) implements Event {}

    /** After {@link Settled}: how often the node's own contribution of that round came back to error feedback. */
    record CameBack(int node, long round, ContentId content, int times) implements Event {}

    /** θ of a checkpoint was taken. */
    record Loaded(int node, long round, ContentId root) implements Event {}

    /** The node stopped by itself. */
    record Halted(int node, String reason) implements Event {}
}

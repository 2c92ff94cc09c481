package covey.protocol.round;

import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import java.util.List;
import java.util.Optional;

/** What happens to a peer. Each is journaled before it is applied (rule E1). */
public sealed interface PeerInput {
    /** The ledger's state after one more final block. */
    record Advanced(LedgerState state) implements PeerInput {}

    /** A content is verified and durable here. */
    record Stored(ContentId content) implements PeerInput {}

    /** Nobody could give a content that was asked for; it is tried again. */
    record NotFetched(ContentId content) implements PeerInput {}

    /** This validator's check of a content is done. @param code 0 = accepted, else the code of a rejection */
    record Judged(ContentId contribution, int code) implements PeerInput {}

    /** Training ended: all H inner steps, or stopped. @param steps inner steps made, may be 0 */
    record Trained(long round, int steps) implements PeerInput {}

    /** Content and error feedback of the round are durable in one record; the Commit may be said (rule E3). */
    record Recorded(long round, ContentId contribution, long lengthBytes) implements PeerInput {}

    /** Error feedback was not finite: nothing can be committed in this round (rule H2). */
    record NotFinite(long round) implements PeerInput {}

    /** The outer step of the round is applied and the settlement record durable (rule E3). */
    record Settled(long round, ContentId root) implements PeerInput {}

    /** θ of an agreed checkpoint is loaded and durable. */
    record Loaded(long round, ContentId root) implements PeerInput {}

    /** The first input after a start. */
    record Restarted(Memory memory) implements PeerInput {}

    /**
     * What a node finds on its disk.
     *
     * @param settledRound the round whose θ it holds; 0 = θ_0
     * @param root of that θ
     * @param recorded the commit record of a later round, if there is one
     * @param stored contents that are complete
     */
    record Memory(long settledRound, ContentId root, Optional<Recorded> recorded, List<ContentId> stored) {
        public Memory {
            stored = List.copyOf(stored);
        }
    }
}

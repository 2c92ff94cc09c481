package covey.protocol.ballot;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hash;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * An authority's memory. Of it only the vote record, the last certified block and the ledger's state survive a crash;
 * nothing else bears on safety.
 *
 * @param ledger state after {@code last}
 * @param last certified block
 * @param vote as persisted
 * @param executed a block over {@code ledger} that was executed, so that it need not be once more
 * @param highestCounter of any ballot seen (rule C1)
 * @param newest by authority, the newest signature seen of it (rule C5)
 * @param answered authorities that said what they have seen of ours since the start
 * @param guilty authorities whose guilt was told
 * @param jitter state of the generator of rule C4's jitter
 */
public record BallotState(
        Phase phase,
        LedgerState ledger,
        Optional<CertifiedBlock> last,
        VoteRecord vote,
        Optional<Execution> executed,
        long highestCounter,
        Candidacy candidacy,
        Times times,
        SortedMap<Integer, SignedVote> newest,
        SortedSet<Integer> answered,
        SortedSet<Integer> guilty,
        long jitter) {

    public enum Phase {
        /** Before {@link BallotInput.Recovered}. */
        DOWN,
        /** Asks peers for its own newest signature; learns, but doesn't vote (rule C5). */
        ASKING,
        VOTING,
        /** Learns and serves certified blocks; never signs again in this run (rule C5). */
        MUTE,
        /** Does nothing: two blocks were certified at one height, or its own state differs from a certified one. */
        STOPPED
    }

    /** What a block makes of the ledger. */
    record Execution(Block block, Hash blockHash, Hash stateHash, LedgerState after) {}

    /** What an authority does as a proposer. */
    public sealed interface Candidacy {}

    record Idle() implements Candidacy {}

    /**
     * @param sinceNs when the ballot was begun
     * @param sentNs when it was last told
     * @param promises by authority
     */
    record Preparing(BallotNumber ballot, long sinceNs, long sentNs, SortedMap<Integer, BallotMessage.Promise> promises)
            implements Candidacy {}

    /**
     * @param fresh if nothing was proposed in the ballot: then the first block needs no interval
     * @param proposal in flight
     */
    record Leading(BallotNumber ballot, boolean fresh, Optional<Proposal> proposal) implements Candidacy {}

    /** @param acks by authority, all equal in content */
    record Proposal(Execution execution, long sinceNs, long sentNs, SortedMap<Integer, SignedVote.Acked> acks) {}

    /**
     * @param startNs first tick of this start
     * @param nowNs last tick
     * @param progressNs when the last certified block was learned
     * @param retryNs no ballot of our own before
     * @param failures ballots given up since the last certified block
     * @param askedNewestNs when signatures were last asked for
     * @param askedNs when blocks were last asked for
     * @param askedHeight of the last question for blocks
     */
    record Times(
            boolean ticking,
            long startNs,
            long nowNs,
            long progressNs,
            long retryNs,
            int failures,
            long askedNewestNs,
            long askedNs,
            long askedHeight) {}

    static BallotState down(LedgerState initial, long seed) {
        return new BallotState(
                Phase.DOWN,
                initial,
                Optional.empty(),
                VoteRecord.EMPTY,
                Optional.empty(),
                0,
                new Idle(),
                new Times(false, 0, 0, 0, 0, 0, 0, 0, -1),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                seed);
    }

    /** Whether this authority holds a ballot in which it may propose. */
    public boolean leads() {
        return candidacy instanceof Leading;
    }
}

package covey.protocol.round;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a peer knows: the ledger's last state and slices, each owned by one set of rules. Immutable; maps and sets are
 * never written to.
 *
 * @param ledger after the last final block that was told; empty until the first
 * @param outer slice of {@link OuterRules}
 * @param training slice of {@link TrainRules}
 * @param contents slice of {@link ContentRules}
 * @param judging slice of {@link JudgeRules}
 * @param halted why this node does nothing any more
 */
public record PeerState(
        Optional<LedgerState> ledger,
        Outer outer,
        Training training,
        Contents contents,
        Judging judging,
        Optional<String> halted) {

    /**
     * Which θ this node has.
     *
     * @param settled the round whose outer step was applied last; 0 = θ_0
     * @param highest of all rounds ever settled; above {@code settled} while it recomputes
     * @param roots own state roots by round, of the last rounds up to {@code settled}
     * @param settling the round that is being settled
     * @param loading the checkpoint that is being loaded
     * @param target the checkpoint to catch up with, still to be fetched
     * @param recomputed rounds that were recomputed because the own root was not the agreed one (rule D10)
     * @param rootSaid the last round whose root was said
     * @param kept the last round whose θ was kept as a checkpoint
     */
    public record Outer(
            long settled,
            long highest,
            SortedMap<Long, ContentId> roots,
            Optional<Long> settling,
            Optional<Target> loading,
            Optional<Target> target,
            SortedSet<Long> recomputed,
            long rootSaid,
            long kept) {

        /** The own state root after a round, if it is remembered. */
        public Optional<ContentId> root(long round) {
            return Optional.ofNullable(roots.get(round));
        }
    }

    /** A checkpoint: θ after {@code round}. */
    public record Target(long round, ContentId root) {}

    /**
     * Inner steps and the own contribution.
     *
     * @param started the last round for which training began, or a contribution was found on disk
     * @param running the round that is trained now
     * @param stopSaid the last round whose training was told to stop
     * @param cutOffSaid the last round whose training was told to end before the deadline
     * @param windows of the round trained last, in order
     * @param uncompressed a round whose inner steps were made and not compressed
     * @param compressing the round whose contribution is being made
     * @param recorded the own contribution of a round that has not settled
     * @param commitSaid the last round whose Commit was said
     * @param lastTrained the last round with inner steps; at a start, the round settled last
     * @param readySaid the last round whose Ready was said; -1 = none
     * @param readyMs ledger time of it
     */
    public record Training(
            long started,
            Optional<Long> running,
            long stopSaid,
            long cutOffSaid,
            List<Long> windows,
            Optional<Long> uncompressed,
            Optional<Long> compressing,
            Optional<PeerInput.Recorded> recorded,
            long commitSaid,
            long lastTrained,
            long readySaid,
            long readyMs) {
        public Training {
            windows = List.copyOf(windows);
        }

        /** Whether the engine still owes a result. */
        public boolean isBusy() {
            return running.isPresent() || compressing.isPresent();
        }
    }

    /**
     * Contents here and on their way.
     *
     * @param stored complete and durable here
     * @param fetching those asked for, with the holders named last
     * @param serving those that others may fetch
     * @param archive sealed rounds since the oldest kept checkpoint, as far as this node has seen them
     * @param checkpoints the last three agreed checkpoints that this node has seen, by round
     * @param own checkpoints that this node made or loaded, by round
     * @param held what was said last of the commitments held
     */
    public record Contents(
            SortedSet<ContentId> stored,
            SortedMap<ContentId, SortedSet<Hotkey>> fetching,
            SortedSet<ContentId> serving,
            SortedMap<Long, SealedRound> archive,
            SortedMap<Long, ContentId> checkpoints,
            SortedMap<Long, ContentId> own,
            Held held) {
        public boolean has(ContentId content) {
            return stored.contains(content);
        }
    }

    /** @param saidMs ledger time of the last Holds, or of CLOSED */
    public record Held(long round, Bytes bitmap, long saidMs) {
        static final Held NONE = new Held(0, Bytes.EMPTY, 0);
    }

    /**
     * Verdicts of one round, from one θ.
     *
     * @param round 0 = none yet
     * @param base the root of θ_r that contributions are judged against
     * @param asked contents whose check has begun
     * @param codes of the checks that are done
     * @param missed contents that nobody could give since this node has judged in the round
     * @param said contents whose verdict was said
     * @param attested whether anything was said
     * @param saidMs ledger time of the last Attest, or of CLOSED
     */
    public record Judging(
            long round,
            Optional<ContentId> base,
            SortedSet<ContentId> asked,
            SortedMap<ContentId, Integer> codes,
            SortedSet<ContentId> missed,
            SortedSet<ContentId> said,
            boolean attested,
            long saidMs) {
        static final Judging NONE = new Judging(
                0,
                Optional.empty(),
                Collections.emptySortedSet(),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                false,
                0);
    }
}

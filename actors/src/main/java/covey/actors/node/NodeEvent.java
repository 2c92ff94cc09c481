package covey.actors.node;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;

/**
 * What an observer of a node is told, once each in the order of happening. Nothing follows from it for the protocol.
 */
public sealed interface NodeEvent {
    /**
     * @param phase FETCH, WAIT, TRAIN, COMMIT, COLLECT or APPLY; WAIT before round 1 opens, with round 0; FETCH while
     *     the run's data are fetched, with the last sealed round
     */
    record Phase(long round, String phase) implements NodeEvent {}

    /** So much of the run's data that this node lacked at its start is here and verified (rule F4). */
    record Fetching(long verifiedBytes, long missingBytes) implements NodeEvent {}

    /**
     * @param step inner step just made, from 1
     * @param steps H
     * @param loss nats per token before the update
     * @param tokensPerSecond since the training of this round began
     */
    record InnerStep(long round, int step, int steps, double loss, double learningRate, double tokensPerSecond)
            implements NodeEvent {}

    /** @param meanLoss nats per token over the steps made; NaN if none was */
    record Trained(long round, int steps, double meanLoss) implements NodeEvent {}

    /** The own contribution is recorded and its Commit handed to the chain. */
    record Committed(long round, ContentId contribution, long bytes) implements NodeEvent {}

    /** @param code 0 = accepted, else the code of a rejection */
    record Judged(long round, Hotkey owner, int code) implements NodeEvent {}

    /** @param rejected commitments that were rejected or that nobody could fetch */
    record Sealed(long round, int collected, int rejected) implements NodeEvent {}

    /**
     * The outer step of the round is applied here.
     *
     * @param trainLoss of the own training in this round, nats per token; NaN if there was none
     * @param heldOutLoss nats per token after the step; NaN if it was not measured
     * @param durationMs ledger time from OPEN to SEALED; 0 if the ledger has forgotten the round
     * @param bytesPerContribution mean over the collect set; 0 if it is empty
     */
    record Applied(
            long round,
            ContentId stateRoot,
            int collected,
            int rejected,
            double trainLoss,
            double heldOutLoss,
            long durationMs,
            long bytesPerContribution)
            implements NodeEvent {}

    /** The ledger agreed on the state root after the round (rule D10). */
    record RootAgreed(long round) implements NodeEvent {}

    /** This node said that it holds θ after the round (rule D1). */
    record Ready(long round) implements NodeEvent {}

    /** A validator asked a peer for a segment of what the peer must serve; {@code round} is the last sealed one. */
    record Challenged(long round, Hotkey peer, ContentId content, boolean answered) implements NodeEvent {}

    /** The node stops by itself as the protocol demands; the line says why and what to do. */
    record Halted(String reason) implements NodeEvent {}

    /** The node stops because of a fault of the environment or of its own; one line. */
    record Failure(String what) implements NodeEvent {}
}

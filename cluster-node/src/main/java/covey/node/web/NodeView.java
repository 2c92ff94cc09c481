package covey.node.web;

import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the API shows: one moment of the node. Immutable.
 *
 * @param roles bits of {@link covey.protocol.model.Role}
 * @param ledger after the last block that the node has applied
 * @param phase of the node itself: TRAIN, COMMIT, COLLECT, APPLY, or how it is catching up
 * @param stateRoot of the node's own θ
 * @param doors of the authorities that genesis names, as HOST:PORT
 * @param weights of a validator in a run with an asset
 * @param peers everybody registered, without itself
 * @param rounds the latest, newest last
 */
public record NodeView(
        RunId run,
        Hotkey hotkey,
        int roles,
        LedgerState ledger,
        String phase,
        Optional<ContentId> stateRoot,
        List<String> doors,
        List<WeightWatch> weights,
        List<PeerRow> peers,
        List<RoundRow> rounds) {

    /**
     * @param roles bits of {@link covey.protocol.model.Role}
     * @param address in the cluster; empty if unknown
     * @param lastRound last round in which a contribution of it was applied; 0 if none
     * @param accepted contributions that were, since this node started
     * @param rejected contributions that were, since this node started
     */
    public record PeerRow(
            Hotkey hotkey,
            String label,
            int roles,
            String address,
            boolean reachable,
            long lastRound,
            long accepted,
            long rejected) {}

    /**
     * Empty is what this node does not know, or not yet.
     *
     * @param phase TRAIN, COMMIT, COLLECT, APPLY, or SEALED when the round is over here
     * @param trainLoss nats a token, mean over this node's inner steps
     * @param heldOutLoss nats a token, after the outer step
     * @param heldOutBitsPerByte the same in bits a byte of text
     * @param durationMs ledger time from OPEN to SEALED
     * @param bytesPerContribution mean over the collect set
     */
    public record RoundRow(
            long round,
            String phase,
            int collected,
            int rejected,
            Optional<ContentId> stateRoot,
            OptionalDouble trainLoss,
            OptionalDouble heldOutLoss,
            OptionalDouble heldOutBitsPerByte,
            OptionalLong durationMs,
            OptionalLong bytesPerContribution) {}

    public NodeView {
        doors = List.copyOf(doors);
        weights = List.copyOf(weights);
        peers = List.copyOf(peers);
        rounds = List.copyOf(rounds);
    }
}

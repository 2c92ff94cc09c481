package covey.actors.node;

import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One node's own work: it follows the ledger, trains, judges, applies. It lives in an ActorSystem without remoting, so
 * that nothing that happens to the cluster touches it. Thread-safe.
 */
public final class CoveyNode implements AutoCloseable {
    private final CompletableFuture<String> stopped = new CompletableFuture<>();
    private volatile LedgerState ledger;
    private volatile String phase = "WAIT";

    private CoveyNode(NodeParts parts) {
        ledger = new LedgerMachine(parts.genesis(), parts.runId(), parts.crypto()).initial();
    }

    /** Starts from what the disk holds, or from θ_0; returns before that is read. */
    public static CoveyNode start(NodeParts parts) {
        return new CoveyNode(parts);
    }

    /** The newest state that this node has followed to. */
    public LedgerState ledger() {
        return ledger;
    }

    /** WAIT, TRAIN, COMMIT, COLLECT or APPLY. */
    public String phase() {
        return phase;
    }

    /** Completes when the node has stopped; with one line why if it did so by itself, else with an empty one. */
    public CompletionStage<String> stopped() {
        return stopped;
    }

    /** Stops training, finishes the effect in progress and ends; returns within seconds. */
    @Override
    public void close() {
        stopped.complete("");
    }
}

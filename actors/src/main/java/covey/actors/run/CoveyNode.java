package covey.actors.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import covey.actors.outer.NodeView;
import covey.actors.train.StopSwitch;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hotkey;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * One node's own work: it follows the ledger, trains, judges, applies. It lives in an ActorSystem without a network, so
 * that nothing that happens to the cluster touches it. Thread-safe.
 */
public final class CoveyNode implements AutoCloseable {
    private static final String NAME = "covey-node";
    private static final long CLOSE_MS = 60_000;

    private final NodeView view;
    private final StopSwitch stop = new StopSwitch();
    private final ActorSystem<NodeGuardian.Command> system;
    private final CompletableFuture<String> stopped = new CompletableFuture<>();

    private CoveyNode(NodeParts parts) {
        view = new NodeView(new LedgerMachine(parts.genesis(), parts.runId(), parts.crypto()).initial());
        AtomicReference<String> reason = new AtomicReference<>("");
        system = ActorSystem.create(
                NodeGuardian.create(new NodeGuardian.Outside(parts, view, stop, reason)), NAME, config());
        system.getWhenTerminated().whenComplete((done, failure) -> stopped.complete(reason.get()));
    }

    private static Config config() {
        return ConfigFactory.defaultOverrides()
                .withFallback(ConfigFactory.parseResourcesAnySyntax(CoveyNode.class, "node"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    /** Starts from what the disk holds, or from θ_0; returns before that is read. */
    public static CoveyNode start(NodeParts parts) {
        return new CoveyNode(parts);
    }

    /** The newest state that this node has followed to. */
    public LedgerState ledger() {
        return view.ledger();
    }

    /** FETCH, WAIT, TRAIN, COMMIT, COLLECT or APPLY. */
    public String phase() {
        return view.phase();
    }

    /**
     * What a scorer thinks of the peers of a mechanism; nothing comes of it unless this node is a validator in a run
     * with an asset.
     *
     * @param mechanism its name on the ledger
     * @param weights by hotkey, 0 to 65535
     */
    public void weigh(String mechanism, SortedMap<Hotkey, Integer> weights) {
        system.tell(new NodeGuardian.Weigh(mechanism, weights));
    }

    /** Completes when the node has stopped: with one line why if it did so by itself, else with an empty one. */
    public CompletionStage<String> stopped() {
        return stopped;
    }

    /** Ends training before the next inner step, then all roles; returns when they are gone, or after a minute. */
    @Override
    public void close() {
        stop.stopAll();
        system.tell(new NodeGuardian.Stop());
        try {
            stopped.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            system.terminate();
        }
    }
}

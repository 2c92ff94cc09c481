package covey.actors.node;

import covey.actors.remote.HotkeyTlsProvider;
import covey.actors.remote.SystemEnd;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ActorSystem {@code covey}: membership and control messages, nothing else. Anybody in the cluster can down
 * anybody; a node that this happens to makes a new ActorSystem at the same port in the same JVM and joins again, so
 * whatever must survive that lives outside and talks to the {@link ControlPlane}. Thread-safe; one thread of its own
 * keeps the JVM up.
 */
public final class ClusterSystem implements AutoCloseable {
    /** Name of the ActorSystem, part of every address. */
    public static final String NAME = "covey";

    static final String INBOX = "inbox";

    /** Told of each generation, on the thread of the cluster; may block for a moment. */
    public interface Listener {
        /** A new ActorSystem runs; it may have joined already. Where Pekko Management is bound. */
        void started(ActorSystem<?> system, int generation);

        /** The ActorSystem is gone; the next comes unless this node was closed. */
        void ended(int generation, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSystem.class);
    private static final long BACKOFF_MIN_MS = 250;
    private static final long BACKOFF_MAX_MS = 30_000;
    /** A generation that lived so long starts the back-off anew. */
    private static final long STABLE_NS = 60_000_000_000L;

    private static final long CLOSE_MS = 5_000;

    private final ClusterSettings settings;
    private final ControlPlane plane;
    private final Listener listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "covey-cluster");
    private final AtomicInteger generation = new AtomicInteger();
    private volatile ActorSystem<Void> system;

    private ClusterSystem(ClusterSettings settings, ControlPlane plane, Listener listener) {
        this.settings = settings;
        this.plane = plane;
        this.listener = listener;
        this.system = create(settings.joining().firstStart());
    }

    /** Starts the first generation. Throws if its port cannot be bound. */
    public static ClusterSystem start(ClusterSettings settings, ControlPlane plane, Listener listener) {
        ClusterSystem cluster = new ClusterSystem(settings, plane, listener);
        cluster.thread.start();
        return cluster;
    }

    /** The ActorSystem of this generation; it may be ending. */
    public ActorSystem<?> system() {
        return system;
    }

    /** How often the ActorSystem has been made anew. */
    public int generation() {
        return generation.get();
    }

    /** Leaves the cluster and ends; returns when it is gone, or after 5 s. */
    @Override
    public void close() {
        closing.countDown();
        system.terminate();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ActorSystem<Void> create(boolean alone) {
        ActorSystemSetup setup = ActorSystemSetup.create(
                BootstrapSetup.create(settings.toConfig()),
                HotkeyTlsProvider.setup(settings.self().identity(), settings.admitted(), settings.refusals()),
                new CoveyDowning.Names(this::authorities, settings.timing().downAfterMs() * 1_000_000L));
        return ActorSystem.create(guardian(alone), NAME, setup);
    }

    private Behavior<Void> guardian(boolean alone) {
        return Behaviors.setup(context -> {
            context.spawn(Peers.create(settings, plane), INBOX);
            context.spawn(Formation.create(settings, plane, alone), "formation");
            return Behaviors.empty();
        });
    }

    private List<Optional<Address>> authorities() {
        SortedMap<Hotkey, ControlMessage.Hello> known = plane.known();
        return settings.joining().authorities().stream()
                .map(authority -> address(authority, known).map(AddressFromURIString::parse))
                .toList();
    }

    private Optional<String> address(Hotkey authority, SortedMap<Hotkey, ControlMessage.Hello> known) {
        return authority.equals(settings.hotkey())
                ? Optional.of(settings.endpoint().address())
                : Optional.ofNullable(known.get(authority)).map(ControlMessage.Hello::address);
    }

    private void run() {
        long backoffMs = BACKOFF_MIN_MS;
        do {
            long startNs = System.nanoTime();
            listener.started(system, generation.get());
            awaitEnd(system);
            String reason = reason();
            plane.selfLeft(reason);
            listener.ended(generation.get(), reason);
            boolean stable = System.nanoTime() - startNs > STABLE_NS;
            backoffMs = stable ? BACKOFF_MIN_MS : Math.min(2 * backoffMs, BACKOFF_MAX_MS);
        } while (startAgain(backoffMs));
    }

    private static void awaitEnd(ActorSystem<Void> ending) {
        CompletableFuture<Done> gone = ending.getWhenTerminated().toCompletableFuture();
        CompletableFuture.anyOf(gone, begun(ending)).join();
        SystemEnd.await(ending);
    }

    /** Completes when nothing is left to do for the ActorSystem but to end. */
    private static CompletableFuture<Done> begun(ActorSystem<Void> ending) {
        CompletableFuture<Done> begun = new CompletableFuture<>();
        CoordinatedShutdown.get(ending.classicSystem())
                .addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "begun", () -> {
                    begun.complete(Done.getInstance());
                    return CompletableFuture.completedFuture(Done.getInstance());
                });
        return begun;
    }

    /** Who downed a member is not to be found out: gossip does not say. */
    private String reason() {
        return CoordinatedShutdown.get(system.classicSystem())
                .getShutdownReason()
                .map(reason -> reason.getClass().getSimpleName().replace("Reason$", ""))
                .orElse("unknown");
    }

    /** Makes the next generation; false if the node was closed instead. */
    private boolean startAgain(long firstWaitMs) {
        for (long waitMs = firstWaitMs; !isClosedWithin(waitMs); waitMs = Math.min(2 * waitMs, BACKOFF_MAX_MS)) {
            try {
                system = create(false);
                generation.incrementAndGet();
                endIfClosed();
                return true;
            } catch (Exception e) {
                // Not only RuntimeExceptions: Scala throws checked ones without saying so, such as TimeoutException.
                LOG.warn("cluster: cannot start again at {}: {}", settings.endpoint(), e.toString());
            }
        }
        return false;
    }

    /** {@link #close} may have ended the generation before this one. */
    private void endIfClosed() {
        if (closing.getCount() == 0) {
            system.terminate();
        }
    }

    private boolean isClosedWithin(long waitMs) {
        try {
            return closing.await(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}

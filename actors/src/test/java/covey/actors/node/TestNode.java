package covey.actors.node;

import covey.actors.node.ControlMessage.Hello;
import covey.actors.remote.Refusals;
import covey.actors.remote.TlsIdentity;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorSystem;

/** A node of the cluster in the test's own JVM, that remembers everything it was told. */
final class TestNode implements AutoCloseable, ControlPlane.Listener, ClusterSystem.Listener {
    static final RunId RUN = new RunId(new Hash(1, 2, 3, 4));
    /** Slow enough for two busy cores. */
    static final ClusterSettings.Timing TIMING = new ClusterSettings.Timing(200, 2_000, 4_000, 1_500);

    private static final long PATIENCE_NS = 60_000_000_000L;

    /** Ways in which a node differs from the usual one. */
    record Plan(boolean firstStart, List<String> seeds, List<Hotkey> authorities, Predicate<Hotkey> admitted) {
        Plan admitting(Predicate<Hotkey> others) {
            return new Plan(firstStart, seeds, authorities, others);
        }
    }

    final int number;
    final TlsIdentity identity;
    final Crypto.Signer signer;
    final ClusterSettings settings;
    final ControlPlane plane;
    final ClusterSystem cluster;
    private final List<String> events = new ArrayList<>();

    private TestNode(int number, Plan plan) {
        this.number = number;
        this.identity = TestIdentity.of(number);
        this.signer = signer(number);
        this.settings = settings(plan);
        this.plane = new ControlPlane(
                peer -> Optional.of(offer()), (holder, offer) -> event("offer " + offer.requestEndpoint()));
        plane.listen(this);
        this.cluster = ClusterSystem.start(settings, plane, this);
    }

    static TestNode start(int number, Plan plan) {
        return new TestNode(number, plan);
    }

    /** A node that forms the cluster, and its only authority. */
    static TestNode first(int number) {
        return start(
                number,
                new Plan(true, List.of(), List.of(TestIdentity.of(number).hotkey()), key -> true));
    }

    /** A node that joins that cluster. */
    static TestNode joining(int number, TestNode seed) {
        return start(number, seed.planOfJoiner());
    }

    Plan planOfJoiner() {
        return new Plan(false, List.of(hostPort()), settings.joining().authorities(), key -> true);
    }

    Hotkey hotkey() {
        return identity.hotkey();
    }

    String hostPort() {
        return settings.endpoint().host() + ":" + settings.endpoint().port();
    }

    String address() {
        return settings.endpoint().address();
    }

    private ClusterSettings settings(Plan plan) {
        ClusterSettings.Self self =
                new ClusterSettings.Self(RUN, identity, new TestCrypto(), signer, Role.TRAINER.bit(), "", () -> 7);
        return new ClusterSettings(
                self,
                plan.admitted(),
                new Refusals(key -> event("refused " + key.brief())),
                ClusterSettings.Endpoint.loopback(freePort()),
                new ClusterSettings.Joining(plan.firstStart(), plan::seeds, plan.authorities()),
                TIMING);
    }

    private BulkTransfer.Offer offer() {
        return new BulkTransfer.Offer("node " + number, "", Bytes.wrap(new byte[16]), 1, 2);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The signer of {@link TestIdentity}. */
    static Crypto.Signer signer(int number) {
        return new JdkSigner(TestIdentity.of(number).hotkey(), TestIdentity.seed(number));
    }

    private record JdkSigner(Hotkey hotkey, byte[] seed) implements Crypto.Signer {
        @Override
        public Bytes sign(byte[] message) {
            try {
                PrivateKey key = KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(key);
                signature.update(message);
                return Bytes.wrap(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private synchronized void event(String event) {
        events.add(event);
        notifyAll();
    }

    /** Waits until {@code event} was seen at least {@code count} times. */
    synchronized TestNode await(String event, int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NS;
        while (count(event) < count) {
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("node " + number + " waits for " + count + " x '" + event + "': " + events);
            }
            wait(leftMs);
        }
        return this;
    }

    TestNode await(String event) throws InterruptedException {
        return await(event, 1);
    }

    synchronized int count(String event) {
        return (int) events.stream().filter(event::equals).count();
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }

    TestNode awaitMet(TestNode... others) throws InterruptedException {
        for (TestNode other : others) {
            await("reachable " + other.number);
            await("offer node " + other.number);
        }
        return this;
    }

    /** Stops every actor of the node until the returned action runs; what a long pause of the whole process does. */
    Runnable freeze() {
        CountDownLatch thaw = new CountDownLatch(1);
        for (String name : List.of("internal-dispatcher", "default-dispatcher")) {
            var dispatcher = cluster.system().classicSystem().dispatchers().lookup("pekko.actor." + name);
            for (int i = 0; i < 2; i++) {
                dispatcher.execute(() -> awaitQuietly(thaw));
            }
        }
        return thaw::countDown;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int numberOf(Hotkey hotkey) {
        for (int i = 1; i < 20; i++) {
            if (TestIdentity.of(i).hotkey().equals(hotkey)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void reachable(Hotkey peer, Hello hello) {
        event("reachable " + numberOf(peer));
    }

    @Override
    public void unreachable(Hotkey peer) {
        event("unreachable " + numberOf(peer));
    }

    @Override
    public void received(Hotkey from, Bytes body) {
        event("received " + numberOf(from) + " " + body);
    }

    @Override
    public void joined() {
        event("joined");
    }

    @Override
    public void left(String reason) {
        event("left " + reason);
    }

    @Override
    public void started(ActorSystem<?> system, int generation) {
        event("started " + generation);
    }

    @Override
    public void ended(int generation, String reason) {
        event("ended " + generation);
    }

    @Override
    public void close() {
        cluster.close();
    }
}

package covey.actors.node;

import covey.actors.node.ControlMessage.Hello;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the rest of a node sees of the cluster. It outlives each generation of the ActorSystem {@code covey}: while that
 * is made anew, peers keep the reachability that they had. Thread-safe.
 */
public final class ControlPlane {
    /** Called on a thread of the cluster; must not block. */
    public interface Listener {
        /** A member of that hotkey answers; said again when it comes back, or says something new of itself. */
        void reachable(Hotkey peer, Hello hello);

        /** No member of that hotkey is reachable any more. Cheap and reversible; proves nothing. */
        void unreachable(Hotkey peer);

        /** A body that {@code from} signed for this node just now. */
        void received(Hotkey from, Bytes body);

        /** This node is a member. */
        default void joined() {}

        /** This node is no member any more and will try again, unless it was closed. */
        default void left(String reason) {}
    }

    private final Function<Hotkey, Optional<BulkTransfer.Offer>> offerFor;
    private final BiConsumer<Hotkey, BulkTransfer.Offer> learn;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final SortedSet<Hotkey> reachable = new ConcurrentSkipListSet<>();
    private final SortedMap<Hotkey, Hello> known = new ConcurrentSkipListMap<>();
    private final AtomicReference<Optional<ActorRef<Peers.Command>>> peers = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> goal = new AtomicReference<>(Optional.empty());
    private final AtomicLong refused = new AtomicLong();
    private volatile Outside outside = new Outside(Collections.emptySortedSet(), Outsiders.NONE);
    private final Grace grace = new Grace(System.nanoTime());

    /** Nodes of the run that are no members here. @param bestRank of their clusters, as {@link Outsiders} has it */
    private record Outside(SortedSet<Hotkey> near, int bestRank) {}

    /**
     * @param offerFor how a peer may fetch from here ({@link BulkTransfer#offerFor}); empty where nothing is served
     * @param learn how to fetch from a peer ({@link BulkTransfer#learn})
     */
    public ControlPlane(
            Function<Hotkey, Optional<BulkTransfer.Offer>> offerFor, BiConsumer<Hotkey, BulkTransfer.Offer> learn) {
        this.offerFor = offerFor;
        this.learn = learn;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Signs {@code body} for {@code to} and sends it once, in order; it may be lost. False if there is no cluster now.
     *
     * @param body at most {@link ControlCodec#SAID_MAX_BYTES} bytes
     */
    public boolean send(Hotkey to, Bytes body) {
        return tell(new Peers.Say(to, checked(body)));
    }

    /** Sends to every peer that is reachable. */
    public boolean broadcast(Bytes body) {
        return tell(new Peers.SayAll(checked(body)));
    }

    /** Gives every reachable peer its offer again; for when bulk transfer was set up anew. */
    public boolean offerAgain() {
        return tell(new Peers.OfferAgain());
    }

    public boolean isReachable(Hotkey peer) {
        return reachable.contains(peer);
    }

    /** A copy. */
    public SortedSet<Hotkey> reachable() {
        SortedSet<Hotkey> copy = new TreeSet<>();
        // Not by the constructor: it counts first, and fails if others add or remove meanwhile.
        reachable.forEach(copy::add);
        return copy;
    }

    /** Who may be fetched from: whoever is reachable, and nodes of the run that answer from outside the cluster. */
    public SortedSet<Hotkey> near() {
        SortedSet<Hotkey> copy = reachable();
        copy.addAll(outside.near());
        return copy;
    }

    /** The best rank of a cluster that a node outside of this one says it is in. */
    int bestRankOutside() {
        return outside.bestRank();
    }

    /** The last hello of each peer ever met, with its Artery address. A copy; worth keeping for a restart (rule F3). */
    public SortedMap<Hotkey, Hello> known() {
        SortedMap<Hotkey, Hello> copy = new TreeMap<>();
        known.forEach(copy::put);
        return copy;
    }

    /** The last hello of a peer. */
    public Optional<Hello> hello(Hotkey peer) {
        return Optional.ofNullable(known.get(peer));
    }

    /** Whether this node's own view must not be reported (rule D4): it stalled, joined or is away. */
    public boolean inGrace() {
        return grace.isIn(System.nanoTime());
    }

    /** Control messages that were malformed, forged, replayed or meant for others. */
    public long refusedCount() {
        return refused.get();
    }

    private boolean tell(Peers.Command command) {
        Optional<ActorRef<Peers.Command>> to = peers.get();
        to.ifPresent(ref -> ref.tell(command));
        return to.isPresent();
    }

    private static Bytes checked(Bytes body) {
        if (body.length() > ControlCodec.SAID_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "body: " + body.length() + " bytes (expected: at most " + ControlCodec.SAID_MAX_BYTES + ")");
        }
        return body;
    }

    void attach(ActorRef<Peers.Command> ref) {
        peers.set(Optional.of(ref));
    }

    void beat(long nowNs) {
        grace.beat(nowNs);
    }

    void selfJoined(long nowNs) {
        grace.joined(nowNs);
        each(Listener::joined);
    }

    /** Others seem gone from now on because this node goes. */
    void selfLeaving() {
        grace.left();
    }

    void selfLeft(String reason) {
        peers.set(Optional.empty());
        grace.left();
        each(listener -> listener.left(reason));
    }

    /** The next generation joins at that address. */
    void goTo(String address) {
        goal.set(Optional.of(address));
    }

    /** Where this generation shall join; said once. */
    Optional<String> takeGoal() {
        return goal.getAndSet(Optional.empty());
    }

    void met(Hotkey peer, Hello hello) {
        boolean news = !hello.equals(known.put(peer, hello));
        if (news && reachable.contains(peer)) {
            each(listener -> listener.reachable(peer, hello));
        }
    }

    /** Says who answers from outside the cluster; the set belongs to this plane from now on. */
    void outside(SortedSet<Hotkey> near, int bestRank) {
        outside = new Outside(near, bestRank);
    }

    /**
     * Tells of the differences between what was said and what is; {@code now} holds hotkeys that are {@link #known}.
     */
    void announce(SortedSet<Hotkey> now, long nowNs) {
        for (Hotkey peer : now) {
            Hello hello = known.get(peer);
            if (hello != null && reachable.add(peer)) {
                each(listener -> listener.reachable(peer, hello));
            }
        }
        if (!grace.isIn(nowNs)) {
            for (Hotkey peer : reachable()) {
                if (!now.contains(peer) && reachable.remove(peer)) {
                    each(listener -> listener.unreachable(peer));
                }
            }
        }
    }

    void said(Hotkey from, Bytes body) {
        each(listener -> listener.received(from, body));
    }

    Optional<BulkTransfer.Offer> offerFor(Hotkey peer) {
        return offerFor.apply(peer);
    }

    void learn(Hotkey peer, BulkTransfer.Offer offer) {
        learn.accept(peer, offer);
    }

    void countRefused() {
        refused.incrementAndGet();
    }

    private void each(Consumer<Listener> call) {
        listeners.forEach(call);
    }
}

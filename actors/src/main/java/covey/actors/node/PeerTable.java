package covey.actors.node;

import covey.actors.node.ControlMessage.Hello;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.remote.FailureDetectorRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The members of one cluster, without this node, and which hotkey answered at which of them. A hotkey counts as
 * reachable
 * while any member bound to it is. Belongs to one thread.
 */
final class PeerTable {
    /**
     * A member, which is one incarnation of an ActorSystem and never comes back under the same unique address; or a
     * guest ({@link Guests}).
     */
    static final class Peer {
        private final Address at;
        private final Bytes challenge;
        private boolean live;
        private boolean reported = true;
        private Optional<Boolean> own = Optional.empty();
        private @Nullable Hotkey hotkey;
        private @Nullable Hello hello;
        private long counterIn;
        private long counterOut;

        /** When this node last did something for this peer, and how often. */
        final Pace knocks = new Pace(Pace.KNOCK_NS);

        final Pace answers = new Pace(Pace.ANSWER_NS);
        final Pace asks = new Pace(Pace.ASK_NS);
        boolean offered;

        Peer(Address at, Bytes challenge) {
            this.at = at;
            this.challenge = challenge;
        }

        String address() {
            return at.toString();
        }

        /** What the peer must carry in its messages to this node. */
        Bytes challenge() {
            return challenge;
        }

        /**
         * What this node's own failure detector says; empty where it does not watch the member. It overrules what
         * others
         * report (rule F2), who may be behind the block that registered it, or hostile.
         */
        void see(Optional<Boolean> available) {
            own = available;
        }

        Address at() {
            return at;
        }

        Optional<Hotkey> hotkey() {
            return Optional.ofNullable(hotkey);
        }

        Optional<Hello> hello() {
            return Optional.ofNullable(hello);
        }

        boolean isReachable() {
            return live && own.orElse(reported);
        }

        /** Takes a counter that is larger than all before. */
        boolean accepts(long counter) {
            return counter > counterIn;
        }

        void accepted(long counter) {
            counterIn = counter;
        }

        long nextCounter() {
            return ++counterOut;
        }

        /** Binds a hotkey for good. */
        void bind(Hotkey from, Hello said) {
            hotkey = from;
            hello = said;
        }

        /** Another incarnation answers at a guest's address; what is its own must be said again. */
        void startAnew() {
            hotkey = null;
            hello = null;
            counterIn = 0;
            offered = false;
        }
    }

    /** Lets something happen at most so often; belongs to one thread. */
    static final class Pace {
        static final long KNOCK_NS = 500_000_000L;
        static final long ANSWER_NS = 100_000_000L;
        static final long ASK_NS = 2_000_000_000L;

        private final long everyNs;
        private long lastNs;
        private boolean started;

        Pace(long everyNs) {
            this.everyNs = everyNs;
        }

        /** Whether it is time again; if so it counts as done. */
        boolean due(long nowNs) {
            if (started && nowNs - lastNs < everyNs) {
                return false;
            }
            started = true;
            lastNs = nowNs;
            return true;
        }
    }

    /** What the own failure detector says of a member; empty if it does not watch it. */
    static Optional<Boolean> availability(FailureDetectorRegistry<Address> detector, Address member) {
        return detector.isMonitoring(member) ? Optional.of(detector.isAvailable(member)) : Optional.empty();
    }

    private final Map<UniqueAddress, Peer> peers = new LinkedHashMap<>();
    private final Map<Bytes, Peer> byChallenge = new LinkedHashMap<>();

    /** Notes a member's status; a new member gets {@code freshChallenge}. */
    Peer member(UniqueAddress member, MemberStatus status, Bytes freshChallenge) {
        Peer peer = peers.computeIfAbsent(member, key -> new Peer(key.address(), freshChallenge));
        byChallenge.put(peer.challenge, peer);
        peer.live = isLive(status);
        return peer;
    }

    /** Up and WeaklyUp take part (rule F2); Leaving and later do not. */
    static boolean isLive(MemberStatus status) {
        return status.equals(MemberStatus.up()) || status.equals(MemberStatus.weaklyUp());
    }

    /** What the members of the cluster report of one of them. */
    void reachability(UniqueAddress member, boolean reachable) {
        Peer peer = peers.get(member);
        if (peer != null) {
            peer.reported = reachable;
        }
    }

    void removed(UniqueAddress member) {
        Peer peer = peers.remove(member);
        if (peer != null) {
            byChallenge.remove(peer.challenge);
        }
    }

    Collection<Peer> all() {
        return peers.values();
    }

    /** The newest member at that address. */
    Optional<Peer> at(String address) {
        return peers.values().stream()
                .filter(peer -> peer.address().equals(address))
                .reduce((older, newer) -> newer);
    }

    Optional<Peer> challengedWith(Bytes challenge) {
        return Optional.ofNullable(byChallenge.get(challenge));
    }

    /** The newest reachable member of the hotkey. */
    Optional<Peer> of(Hotkey hotkey) {
        return peers.values().stream()
                .filter(peer -> peer.isReachable() && hotkey.equals(peer.hotkey))
                .reduce((older, newer) -> newer);
    }

    SortedSet<Hotkey> reachable() {
        SortedSet<Hotkey> out = new TreeSet<>();
        for (Peer peer : peers.values()) {
            if (peer.isReachable()) {
                peer.hotkey().ifPresent(out::add);
            }
        }
        return out;
    }
}

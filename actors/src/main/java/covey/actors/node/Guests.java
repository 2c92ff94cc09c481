package covey.actors.node;

import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.PeerTable.Pace;
import covey.actors.node.PeerTable.Peer;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import scala.Option;

/**
 * Nodes of the run that are no members of this cluster, but answer: one that starts and isn't let in yet, as Pekko lets
 * nobody in while a member is unreachable, or one in another cluster after a partition. They trade offers of bulk
 * transfer like members, so that nobody's contribution waits for Pekko to agree; they count nowhere as reachable.
 * Belongs to one thread.
 */
final class Guests {
    /** Between two knocks at one address. */
    static final long KNOCK_NS = 2_000_000_000L;
    /** A guest that was not heard for this long is gone: the time of four knocks, and some for a stall. */
    static final long GONE_NS = 10_000_000_000L;

    private static final class Guest {
        private final Peer peer;
        /** What it last knocked with; another one is another incarnation. */
        private Bytes knockedWith = ControlCodec.NO_CHALLENGE;

        private long heardNs;

        Guest(Peer peer, long nowNs) {
            this.peer = peer;
            this.heardNs = nowNs;
        }
    }

    private final Supplier<Bytes> challenges;
    private final Map<String, Guest> guests = new LinkedHashMap<>();
    private final Pace knocks = new Pace(KNOCK_NS);
    /** Bounds what those without an entry make this node sign. */
    private final Pace strangers = new Pace(Pace.ANSWER_NS);

    Guests(Supplier<Bytes> challenges) {
        this.challenges = challenges;
    }

    /** Whether to knock at everybody again. */
    boolean isDue(long nowNs) {
        return knocks.due(nowNs);
    }

    /** The guests at these addresses, as far as there is room; forgets others that are gone. */
    Collection<Peer> at(Set<String> addresses, long nowNs) {
        guests.entrySet().removeIf(e -> !addresses.contains(e.getKey()) && isGone(e.getValue(), nowNs));
        return addresses.stream()
                .flatMap(address -> entry(address, nowNs).stream())
                .map(guest -> guest.peer)
                .toList();
    }

    /** How often to answer knocks from there. */
    Pace answers(String address) {
        Guest known = guests.get(address);
        return known == null ? strangers : known.peer.answers;
    }

    /** The guest that knocks from an address, if there is room. */
    Optional<Peer> knocked(String address, Hotkey from, Bytes challenge, long nowNs) {
        Optional<Guest> known = entry(address, nowNs);
        known.filter(guest -> !guest.knockedWith.equals(challenge))
                .filter(guest -> guest.peer.hotkey().map(from::equals).orElse(true) || isGone(guest, nowNs))
                .ifPresent(guest -> {
                    guest.peer.startAnew();
                    guest.knockedWith = challenge;
                });
        return known.map(guest -> guest.peer);
    }

    private Optional<Guest> entry(String address, long nowNs) {
        Guest known = guests.get(address);
        if (known == null && guests.size() < Limits.BULK_PEERS_MAX) {
            Option<Address> parsed = AddressFromURIString.unapply(address);
            if (parsed.isDefined() && parsed.get().hasGlobalScope()) {
                known = new Guest(new Peer(parsed.get(), challenges.get()), nowNs);
                guests.put(address, known);
            }
        }
        return Optional.ofNullable(known);
    }

    private static boolean isGone(Guest guest, long nowNs) {
        return nowNs - guest.heardNs >= GONE_NS;
    }

    Optional<Peer> challengedWith(Bytes challenge) {
        return guests.values().stream()
                .map(guest -> guest.peer)
                .filter(peer -> peer.challenge().equals(challenge))
                .findFirst();
    }

    /** A signed message of that guest came. */
    void heard(Peer peer, long nowNs) {
        guests.values().stream().filter(guest -> guest.peer == peer).forEach(guest -> guest.heardNs = nowNs);
    }

    /** Guests that were heard lately and whose offer is known. */
    SortedSet<Hotkey> near(long nowNs) {
        SortedSet<Hotkey> out = new TreeSet<>();
        answering(nowNs).stream()
                .filter(peer -> peer.offered)
                .forEach(peer -> peer.hotkey().ifPresent(out::add));
        return out;
    }

    /** Guests that answer. */
    Collection<Peer> answering(long nowNs) {
        return guests.values().stream()
                .filter(guest -> guest.peer.hello().isPresent() && !isGone(guest, nowNs))
                .map(guest -> guest.peer)
                .toList();
    }

    /** The best rank of a cluster that a guest says it is in. */
    int bestRank(long nowNs) {
        return answering(nowNs).stream()
                .flatMap(peer -> peer.hello().stream())
                .mapToInt(Hello::rank)
                .min()
                .orElse(Outsiders.NONE);
    }
}

package covey.actors.node;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * Finds out that there is a better cluster than this one: after a partition an authority may have formed its own (rule
 * F3), and Pekko never merges two. While too few named authorities are here, the node knocks at those that are not, and
 * goes where one that answers twice has a lower rank. Ranks are totally ordered, so all end in one cluster. Belongs to
 * one thread.
 */
final class Outsiders {
    /** A majority of the named authorities is here. */
    static final int MAJORITY = 0;
    /** None is. */
    static final int NONE = 255;

    static final long KNOCK_NS = 3_000_000_000L;
    /** One answer may be the first sign of a member of this cluster that comes back. */
    private static final int ANSWERS_COUNT = 2;

    private static final class Door {
        private final Bytes challenge;
        private int answerCount;

        Door(Bytes challenge) {
            this.challenge = challenge;
        }
    }

    private final List<Hotkey> authorities;
    private final long patienceNs;
    private final Supplier<Bytes> challenges;
    private final Map<String, Door> doors = new LinkedHashMap<>();
    private final PeerTable.Pace knocks = new PeerTable.Pace(KNOCK_NS);
    private int rank = NONE;
    private boolean waiting;
    private long lackingSinceNs;

    /** Bounds what strangers outside the cluster make this node sign. */
    final PeerTable.Pace answers = new PeerTable.Pace(PeerTable.Pace.ANSWER_NS);

    /**
     * @param patienceNs how long too few may be here before anybody is asked
     * @param challenges fresh ones
     */
    Outsiders(List<Hotkey> authorities, long patienceNs, Supplier<Bytes> challenges) {
        this.patienceNs = patienceNs;
        this.authorities = authorities;
        this.challenges = challenges;
    }

    /**
     * How good a cluster is, lower is better: 0 with a majority of the named authorities, else 1 + the index of the
     * first
     * of them, 255 without any.
     */
    static int rank(List<Hotkey> authorities, SortedSet<Hotkey> here) {
        long count = authorities.stream().filter(here::contains).count();
        if (2 * count > authorities.size()) {
            return MAJORITY;
        }
        for (int i = 0; i < authorities.size(); i++) {
            if (here.contains(authorities.get(i))) {
                return 1 + i;
            }
        }
        return NONE;
    }

    /** Notes how good this cluster is now; a view that is not trusted starts the patience anew. */
    void lookedAt(int rankNow, boolean inGrace, long nowNs) {
        rank = rankNow;
        if (rank == MAJORITY || inGrace) {
            waiting = false;
            doors.clear();
        } else if (!waiting) {
            waiting = true;
            lackingSinceNs = nowNs;
        }
    }

    /** Whether to knock now. */
    boolean isDue(long nowNs) {
        return waiting && nowNs - lackingSinceNs >= patienceNs && knocks.due(nowNs);
    }

    /** The challenge for whoever answers at that address. */
    Bytes challenge(String address) {
        return doors.computeIfAbsent(address, key -> new Door(challenges.get())).challenge;
    }

    boolean isAnswer(Hotkey from, String address, Bytes challenge) {
        Door door = doors.get(address);
        return door != null && authorities.contains(from) && door.challenge.equals(challenge);
    }

    /** Takes an answer of an authority at that address; whether to go there. */
    boolean heard(String address, int theirRank) {
        Door door = doors.get(address);
        return door != null && ++door.answerCount >= ANSWERS_COUNT && theirRank < rank;
    }
}

package covey.actors.node;

import covey.protocol.model.Hotkey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Finds out that there is a better cluster than this one: after a partition an authority may have formed its own (rule
 * F3), and Pekko never merges two. While too few named authorities are here, the node goes where one that answers twice
 * ({@link Guests}) has a lower rank. Ranks are totally ordered, so all end in one cluster. Belongs to one thread.
 */
final class Outsiders {
    /** A majority of the named authorities is here. */
    static final int MAJORITY = 0;
    /** None is. */
    static final int NONE = 255;

    /** One answer may be the first sign of a member of this cluster that comes back. */
    private static final int ANSWERS_COUNT = 2;

    private final List<Hotkey> authorities;
    private final long patienceNs;
    private final Map<String, Integer> answerCounts = new LinkedHashMap<>();
    private int rank = NONE;
    private boolean waiting;
    private long lackingSinceNs;

    /** @param patienceNs how long too few may be here before any answer counts */
    Outsiders(List<Hotkey> authorities, long patienceNs) {
        this.patienceNs = patienceNs;
        this.authorities = authorities;
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
            answerCounts.clear();
        } else if (!waiting) {
            waiting = true;
            lackingSinceNs = nowNs;
        }
    }

    /** Takes what a guest at that address says of its cluster; whether to go there. */
    boolean heard(Hotkey from, String address, int theirRank, long nowNs) {
        return waiting
                && nowNs - lackingSinceNs >= patienceNs
                && authorities.contains(from)
                && answerCounts.merge(address, 1, Integer::sum) >= ANSWERS_COUNT
                && theirRank < rank;
    }
}

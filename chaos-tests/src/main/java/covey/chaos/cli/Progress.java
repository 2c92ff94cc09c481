package covey.chaos.cli;

import java.util.TreeSet;

/** Up to where seeds are done, if they end in another order than they began. For one thread. */
final class Progress {
    private final TreeSet<Long> ahead = new TreeSet<>();
    private long next;
    private int done;

    Progress(long first) {
        next = first;
    }

    void done(long seed) {
        done++;
        ahead.add(seed);
        while (ahead.remove(next)) {
            next++;
        }
    }

    /** How many. */
    int done() {
        return done;
    }

    /** All seeds before this one are done. */
    long next() {
        return next;
    }
}

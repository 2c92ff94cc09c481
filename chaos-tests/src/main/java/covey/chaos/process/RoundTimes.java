package covey.chaos.process;

import java.util.Collection;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** When each round was first said to be sealed, by whomever. Used by one thread. */
final class RoundTimes {
    private final TreeMap<Long, Long> sealedMs = new TreeMap<>();

    /** Whether that is news. Rounds before it that nobody spoke of were sealed by then, too. */
    boolean isNew(long round, long nowMs) {
        if (round <= last()) {
            return false;
        }
        for (long each = last() + 1; each <= round; each++) {
            sealedMs.put(each, nowMs);
        }
        return true;
    }

    /** 0 before the first. */
    long last() {
        return sealedMs.isEmpty() ? 0 : sealedMs.lastKey();
    }

    /** When the last one was sealed; 0 before the first. */
    long lastMs() {
        return sealedMs.isEmpty() ? 0 : sealedMs.lastEntry().getValue();
    }

    /** Time from the seal before it to its own; empty of the first and of one that is not known. */
    OptionalLong lengthMs(long round) {
        Long before = sealedMs.get(round - 1);
        Long own = sealedMs.get(round);
        return before == null || own == null ? OptionalLong.empty() : OptionalLong.of(own - before);
    }

    /** By round. */
    SortedMap<Long, Long> sealedMs() {
        return sealedMs;
    }

    /** Rounds that were sealed in a span of time. */
    Collection<Long> between(long fromMs, long toMs) {
        return sealedMs.entrySet().stream()
                .filter(entry -> entry.getValue() > fromMs && entry.getValue() <= toMs)
                .map(entry -> entry.getKey())
                .toList();
    }
}

package covey.node.testnet;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Nodes that cheat, beside the honest ones: how many of each kind.
 *
 * @param trainers by kind
 * @param validators by kind; with a stake of 1 each, as the honest ones
 */
public record Attackers(SortedMap<String, Integer> trainers, SortedMap<String, Integer> validators) {
    public static final Attackers NONE = new Attackers(Collections.emptySortedMap(), Collections.emptySortedMap());

    public Attackers {
        trainers = Collections.unmodifiableSortedMap(new TreeMap<>(trainers));
        validators = Collections.unmodifiableSortedMap(new TreeMap<>(validators));
    }

    int trainerCount() {
        return count(trainers);
    }

    int validatorCount() {
        return count(validators);
    }

    private static int count(SortedMap<String, Integer> kinds) {
        return kinds.values().stream().mapToInt(Integer::intValue).sum();
    }
}

package covey.protocol.score;

import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a validator would set on the ledger after a round.
 *
 * @param round the last one that counted
 * @param values by hotkey, 1 to 65535, the largest 65535; peers without weight are left out
 */
public record Weights(long round, SortedMap<Hotkey, Integer> values) {
    /** Largest value. */
    public static final int MAX = 65_535;

    public static final Weights NONE = new Weights(0, Collections.emptySortedMap());

    public Weights {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** By rank of final scores above 0, ties to the lower hotkey. */
    public static Weights of(long round, SortedMap<Hotkey, Double> finalScores, WeightRule rule) {
        List<Hotkey> ranked = finalScores.keySet().stream()
                .filter(hotkey -> score(finalScores, hotkey) > 0)
                .sorted(Comparator.comparingDouble((Hotkey hotkey) -> -score(finalScores, hotkey))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        double[] shares = rule.shares(ranked.size());
        TreeMap<Hotkey, Integer> values = new TreeMap<>();
        for (int i = 0; i < shares.length; i++) {
            values.put(ranked.get(i), Math.max(1, (int) Math.rint(shares[i] / shares[0] * MAX)));
        }
        return new Weights(round, values);
    }

    private static double score(SortedMap<Hotkey, Double> scores, Hotkey hotkey) {
        Double score = scores.get(hotkey);
        return score == null ? 0 : score;
    }

    /** Of all weight, 0 to 1. */
    public double share(Hotkey hotkey) {
        long sum = values.values().stream().mapToLong(Integer::longValue).sum();
        Integer value = values.get(hotkey);
        return value == null ? 0 : (double) value / sum;
    }
}

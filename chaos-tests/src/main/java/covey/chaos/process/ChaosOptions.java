package covey.chaos.process;

import covey.node.config.ConfigError;
import covey.node.testnet.Attackers;
import covey.node.testnet.TestnetOptions;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Presets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What to break.
 *
 * @param seed of the plan
 * @param lengthMs of the storm, 10 s to 24 h
 * @param gapMs at most so long from one fault to the next, 1 s to 10 min
 * @param cpuShare of all processors that the run may take, 0.1 to 1
 * @param partitions whether nodes live in network namespaces, where they can be cut off
 * @param only beginnings of what may strike whom, such as {@code kill:writer} or {@code freeze}; empty: all
 */
public record ChaosOptions(
        long seed,
        long lengthMs,
        long gapMs,
        int trainers,
        int validators,
        int authorities,
        int observers,
        double cpuShare,
        boolean partitions,
        List<String> only) {
    private static final long LENGTH_MIN_MS = 10_000;
    private static final long LENGTH_MAX_MS = 86_400_000;
    private static final long GAP_MIN_MS = 1_000;
    private static final long GAP_MAX_MS = 600_000;
    private static final double CPU_MIN_SHARE = 0.1;
    /** Of nano; only the decay of the learning rate follows from it. */
    private static final long ROUND_MS = 3_000;

    public ChaosOptions {
        only = List.copyOf(only);
        require("--minutes", lengthMs / 60e3, LENGTH_MIN_MS / 60e3, LENGTH_MAX_MS / 60e3);
        require("--every", gapMs / 1e3, GAP_MIN_MS / 1e3, GAP_MAX_MS / 1e3);
        require("--cpu", cpuShare, CPU_MIN_SHARE, 1);
        require("--trainers", trainers, 2, Integer.MAX_VALUE);
    }

    private static void require(String name, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new ConfigError(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    /** The same, with another storm. */
    ChaosOptions lasting(long ms) {
        return new ChaosOptions(
                seed, ms, gapMs, trainers, validators, authorities, observers, cpuShare, partitions, only);
    }

    List<StormPlan.Pair> wanted(List<StormPlan.Pair> possible) {
        return possible.stream()
                .filter(pair -> only.isEmpty() || only.stream().anyMatch(pair.text()::startsWith))
                .toList();
    }

    int nodeCount() {
        return trainers + Math.max(validators, authorities) + observers;
    }

    TestnetOptions network() {
        return new TestnetOptions(
                trainers,
                validators,
                authorities,
                observers,
                Math.toIntExact(1 + lengthMs / ROUND_MS),
                Presets.NANO,
                Optional.empty(),
                OptionalLong.empty(),
                Attackers.NONE,
                AggregationPolicy.CONTRIBUTOR_MEAN,
                OptionalInt.empty(),
                Collections.emptySortedMap());
    }
}

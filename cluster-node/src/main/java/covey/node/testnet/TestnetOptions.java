package covey.node.testnet;

import covey.node.config.ConfigError;
import covey.node.config.FaultPlan;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Presets.Preset;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What to start.
 *
 * @param trainers honest ones, 1 to 32
 * @param validators 1 to 8
 * @param authorities 1, 3 or 5
 * @param observers 0 to 8
 * @param rounds to seal, 1 to 100,000
 * @param corpus what to train on; empty: the JDK's own source
 * @param attackers at most 32 trainers, and at most one validator for two honest ones
 * @param aggregation of the values at a coordinate
 * @param tempo blocks between two payments of an asset; empty: the run has none
 * @param scorers shell commands by the name of the mechanism that they score; only with an asset
 * @param chaosSeed draws which trainers are killed, when; empty: none
 */
public record TestnetOptions(
        int trainers,
        int validators,
        int authorities,
        int observers,
        int rounds,
        Preset preset,
        Optional<Path> corpus,
        OptionalLong chaosSeed,
        Attackers attackers,
        AggregationPolicy aggregation,
        OptionalInt tempo,
        SortedMap<String, String> scorers) {
    private static final int TRAINERS_MAX = 32;
    private static final int VALIDATORS_MAX = 8;
    private static final int OBSERVERS_MAX = 8;
    private static final int BASE_HEAP_MB = 256;
    private static final int HEAP_BYTES_A_PARAMETER = 64;
    private static final int ROUNDS_MAX = 100_000;
    /** Weights are said and counted within one epoch. */
    private static final int TEMPO_MIN = 5;

    private static final int TEMPO_MAX = 100_000;

    public TestnetOptions {
        require("--trainers", trainers, 1, TRAINERS_MAX);
        require("--attackers", attackers.trainerCount(), 0, TRAINERS_MAX);
        require("--validators", validators, 1, VALIDATORS_MAX);
        requireHonestStake(validators, attackers.validatorCount());
        require("--observers", observers, 0, OBSERVERS_MAX);
        require("--rounds", rounds, 1, ROUNDS_MAX);
        tempo.ifPresent(blocks -> require("--tempo", blocks, TEMPO_MIN, TEMPO_MAX));
        scorers = Collections.unmodifiableSortedMap(new TreeMap<>(scorers));
        if (!scorers.isEmpty() && tempo.isEmpty()) {
            throw new ConfigError(
                    "--scorer: " + scorers.firstKey() + " (expected: with --tempo, as only an asset has mechanisms)");
        }
        if (authorities != 1 && authorities != 3 && authorities != 5) {
            throw new ConfigError("--authorities: " + authorities + " (expected: 1, 3 or 5)");
        }
        if (chaosSeed.isPresent() && (trainers < 2 || rounds < FaultPlan.ROUNDS_MIN)) {
            throw new ConfigError("--chaos: with " + trainers + " trainers and " + rounds
                    + " rounds (expected: at least 2 trainers and " + FaultPlan.ROUNDS_MIN + " rounds)");
        }
    }

    /** Largest heap of a node, in MiB. */
    public long heapMb() {
        return BASE_HEAP_MB + preset.shape().parameterCount() * HEAP_BYTES_A_PARAMETER / (1 << 20);
    }

    int allNodes() {
        return allTrainers() + Math.max(validators, authorities) + attackers.validatorCount() + observers;
    }

    /** Those that cheat included. */
    int allTrainers() {
        return trainers + attackers.trainerCount();
    }

    /** Rule D7: what 2/3 of the stake accept is accepted; more than a third that lie would stop the run. */
    private static void requireHonestStake(int honest, int cheating) {
        if (honest < 2 * cheating) {
            throw new ConfigError("--attackers: " + cheating + " of " + (honest + cheating)
                    + " validators cheat (expected: at most a third; --validators " + 2 * cheating + " or more)");
        }
    }

    private static void require(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ConfigError(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}

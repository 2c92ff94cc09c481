package covey.node.genesis;

import covey.node.config.ConfigError;
import covey.node.config.GenesisFile;
import covey.node.data.PreparedCorpus;
import covey.node.store.VoteFile;
import covey.node.wiring.CpuEngines;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.Presets;
import covey.protocol.model.Presets.Preset;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What whoever makes a run decides; the rest of genesis follows from the model's preset (rule K, design 4.4).
 *
 * @param name for people
 * @param rounds over which the learning rate falls to a tenth; 0: it stays constant (rule H9)
 * @param pace times of rounds
 * @param members the first registry, in any order
 * @param authorities in index order, each a member
 */
public record NewRun(
        String name,
        Preset preset,
        int rounds,
        Pace pace,
        AggregationPolicy aggregation,
        List<Genesis.Member> members,
        List<Genesis.Authority> authorities) {
    private static final int CHECKPOINT_ROUNDS = 5;
    private static final int COLLECT_CAP = 64;
    private static final long BLOCK_MIN_MS = 200;
    private static final long BLOCK_IDLE_MS = 1_000;
    /** θ_0 of larger ones is more than this command should compute. */
    private static final long PARAMETERS_MAX = 20_000_000;

    /**
     * @param ceilingMs the latest deadline of COMMIT (rule D3); larger models need longer rounds
     * @param collectMs of COLLECT (rule D7)
     * @param minTrainers Ready trainers that open round 1
     */
    public record Pace(long ceilingMs, long collectMs, int minTrainers) {}

    /** The model that {@code --model} names; another name is a ConfigError. */
    public static Preset preset(String name) {
        return trainable()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigError("--model: " + name + " (expected: "
                        + trainable().map(Preset::name).collect(Collectors.joining(", ")) + ")"));
    }

    private static Stream<Preset> trainable() {
        return Presets.all().stream().filter(preset -> preset.shape().parameterCount() < PARAMETERS_MAX);
    }

    /** A genesis with a new seed of θ_0. */
    public Genesis genesis(PreparedCorpus corpus, Crypto crypto) {
        long seed = new SecureRandom().nextLong();
        return new Genesis(
                name,
                preset.shape(),
                seed,
                CpuEngines.initialRoot(preset.shape(), seed, crypto),
                preset.training(rounds).with(aggregation),
                new Genesis.Timing(
                        BLOCK_MIN_MS,
                        BLOCK_IDLE_MS,
                        pace.ceilingMs(),
                        pace.collectMs(),
                        pace.minTrainers(),
                        CHECKPOINT_ROUNDS,
                        COLLECT_CAP),
                members.stream()
                        .sorted(Comparator.comparing(Genesis.Member::hotkey))
                        .toList(),
                authorities,
                corpus.manifest());
    }

    /**
     * What a member's folder needs beside key and configuration: genesis, and for an authority the file that proves its
     * first start (rule C5). It is made here and never again, so a folder that has one is refused.
     */
    public static void equip(Path folder, GenesisFile genesis, boolean isAuthority) throws IOException {
        Files.write(folder.resolve("genesis.json"), genesis.bytes().unsafeArray());
        if (isAuthority) {
            VoteFile.create(folder.resolve("votes"));
        }
    }
}

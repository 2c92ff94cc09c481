package covey.node.cli;

import covey.node.config.ConfigError;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfigFile;
import covey.node.data.CorpusCache;
import covey.node.genesis.NewRun;
import covey.node.genesis.RunFolder;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.NodeFolders;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prepares a folder for a node, or a new run and the folders of its authorities. */
@Command(
        name = "init",
        description = {
            "Writes a commented node.conf and a hotkey into a folder.",
            "With --genesis: makes a run, and a folder for each of its authorities."
        },
        mixinStandardHelpOptions = true)
public final class InitCommand implements Verb {
    private static final int MINUTES_MAX = 60;
    private static final int TRAINERS_MAX = 256;
    private static final int ROUNDS_MAX = 10_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--dir", paramLabel = "DIR", description = "The node's folder (${DEFAULT-VALUE}).")
    private Path directory = Path.of("covey-node");

    @Option(names = "--genesis", paramLabel = "DIR", description = "Make a run in this folder.")
    private @Nullable Path genesis;

    @Option(
            names = "--authority",
            paramLabel = "[HOTKEY@]HOST:PORT",
            description = "An authority and validator, and its door; 1, 3 or 5. PORT to PORT+2 are its TCP ports."
                    + " Without HOTKEY a key is made.")
    private List<String> authorities = new ArrayList<>();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "nano, tiny, tiny-bpe, small or bench" + " (${DEFAULT-VALUE}).")
    private String model = "tiny-bpe";

    @Option(names = "--corpus", paramLabel = "PATH", description = "Text to train on, as of covey node.")
    private @Nullable Path corpus;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Over which the learning rate falls; 0: it stays" + " (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--min-trainers",
            paramLabel = "N",
            description = "Ready trainers that open round 1" + " (${DEFAULT-VALUE}).")
    private int minTrainers = 1;

    @Option(
            names = "--ceiling",
            paramLabel = "SECONDS",
            description = "The longest time that a round waits for" + " commitments (${DEFAULT-VALUE}).")
    private int ceilingS = 60;

    @Option(
            names = "--collect",
            paramLabel = "SECONDS",
            description = "The time for fetching and judging" + " (${DEFAULT-VALUE}).")
    private int collectS = 30;

    @Override
    public Integer call() throws IOException {
        if (genesis != null) {
            makeRun(genesis.toAbsolutePath().normalize());
        } else if (authorities.isEmpty()) {
            makeNode(directory.toAbsolutePath().normalize());
        } else {
            throw new ConfigError("--authority: " + authorities.getFirst() + " (expected: with --genesis DIR)");
        }
        return Covey.DONE;
    }

    private void makeNode(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path config = folder.resolve("node.conf");
        try {
            Files.writeString(config, NodeConfigFile.textFor(folder), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigError("--dir: " + config + " exists (expected: a folder without one)", e);
        }
        Path key = folder.resolve("hotkey.key");
        Hotkey hotkey =
                Files.exists(key) ? KeyFile.hotkeyOf(KeyFile.read(key)) : KeyFile.create(key, new SecureRandom());
        PrintWriter out = spec.commandLine().getOut();
        out.println("hotkey " + hotkey);
        out.println("wrote " + config);
        out.println("start it: covey node --config " + config + " --seed HOST:PORT");
    }

    private void makeRun(Path folder) throws IOException {
        require("--rounds", rounds, 0, ROUNDS_MAX);
        require("--min-trainers", minTrainers, 1, TRAINERS_MAX);
        require("--ceiling", ceilingS, 1, 60 * MINUTES_MAX);
        require("--collect", collectS, 1, 60 * MINUTES_MAX);
        RunFolder.Wish wish = new RunFolder.Wish(
                NewRun.preset(model),
                rounds,
                new NewRun.Pace(1_000L * ceilingS, 1_000L * collectS, minTrainers),
                authorities,
                named());
        Ed25519Crypto crypto = new Ed25519Crypto();
        CorpusCache cache = new CorpusCache(NodeFolders.corpusCache(), crypto);
        tell(folder, RunFolder.make(wish, folder, cache, crypto));
    }

    /** A folder as a path that holds anywhere on this machine; a synthetic text by its name. */
    private Optional<String> named() {
        return Optional.ofNullable(corpus)
                .map(path -> Files.exists(path) ? path.toAbsolutePath().normalize() : path)
                .map(Path::toString);
    }

    private static void require(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ConfigError(option + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    private void tell(Path folder, RunFolder made) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("run " + made.genesis().runId());
        out.println("wrote " + folder.resolve("genesis.json"));
        for (int i = 0; i < made.authorities().size(); i++) {
            Genesis.Authority authority = made.genesis().genesis().authorities().get(i);
            Path place = made.authorities().get(i);
            out.println("wrote " + place + " for " + authority.hotkey()
                    + (Files.exists(place.resolve("hotkey.key")) ? "" : ": put its hotkey.key there"));
        }
        String door = made.genesis().genesis().authorities().getFirst().door();
        out.println("start each: covey node --config "
                + made.authorities().getFirst().resolve("node.conf") + "; then join: covey node --seed " + door
                + " --run-id " + made.genesis().runId());
    }
}

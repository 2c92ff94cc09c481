package covey.node.testnet;

import covey.node.cli.Covey;
import covey.node.cli.Verb;
import covey.node.config.ConfigError;
import covey.node.data.ByteModelBaseline;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.genesis.NewRun;
import covey.node.startup.OrderlyEnd;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.HostileRoles;
import covey.node.wiring.NodeFolders;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a Covey network of real processes on this machine. */
@Command(
        name = "testnet",
        description = "Starts a network of real node processes on this machine and trains a model.",
        mixinStandardHelpOptions = true)
public final class TestnetCommand implements Verb {
    private static final int INTERRUPTED = 130;
    private static final int DEFAULT_WIDTH = 120;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--trainers", paramLabel = "N", description = "Trainers (${DEFAULT-VALUE}).")
    private int trainers = 3;

    @Option(names = "--validators", paramLabel = "N", description = "Validators (${DEFAULT-VALUE}).")
    private int validators = 1;

    @Option(names = "--authorities", paramLabel = "N", description = "1, 3 or 5 (${DEFAULT-VALUE}).")
    private int authorities = 1;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds to seal (${DEFAULT-VALUE}).")
    private int rounds = 10;

    @Option(names = "--model", paramLabel = "NAME", description = "nano, tiny, tiny-bpe or small (${DEFAULT-VALUE}).")
    private String model = "tiny-bpe";

    @Option(
            names = "--corpus",
            paramLabel = "PATH",
            description = "Folder, file, src.zip or synthetic:SEED to train on.")
    private @Nullable Path corpus;

    @Option(names = "--chaos", paramLabel = "SEED", description = "Kill trainers in TRAIN, COMMIT and COLLECT.")
    private @Nullable Long chaos;

    @Option(
            names = "--attackers",
            paramLabel = "KIND=N",
            split = ",",
            description = "Trainers and validators that cheat, beside the honest ones.")
    private SortedMap<String, Integer> attackers = new TreeMap<>();

    @Option(names = "--aggregation", paramLabel = "POLICY", description = "How values at a coordinate become one.")
    private String aggregation = AggregationPolicy.CONTRIBUTOR_MEAN.text();

    @Option(
            names = "--tempo",
            paramLabel = "BLOCKS",
            description = "Gives the run an asset that pays every BLOCKS blocks.")
    private @Nullable Integer tempo;

    @Option(
            names = "--scorer",
            paramLabel = "NAME=COMMAND",
            description = "Another mechanism of the asset, with a program that scores it.")
    private SortedMap<String, String> scorers = new TreeMap<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder of all files (covey-runs/TIME).")
    private @Nullable Path directory;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long startMs = ProcessHandle.current()
                .info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElseGet(System::currentTimeMillis);
        TestnetOptions options = options();
        TestnetSetup setup = TestnetSetup.make(
                options,
                NodeFolders.freshRun(Optional.ofNullable(directory)),
                NodeFolders.corpusCache(),
                new Ed25519Crypto());
        TestnetOutput output = output();
        Testnet testnet = new Testnet(options, setup, output);
        try (OrderlyEnd end = new OrderlyEnd()) {
            // Ctrl-C: the nodes end before this process does.
            end.onSignal(
                    () -> {
                        testnet.stop();
                        return true;
                    },
                    () -> {});
            testnet.run(startMs);
            output.summary(testnet.summary(baseline(setup.corpus(), options)));
        }
        if (testnet.isInterrupted()) {
            return INTERRUPTED;
        }
        return testnet.isGood() ? Covey.DONE : Covey.FAILED;
    }

    private TestnetOptions options() {
        return new TestnetOptions(
                trainers,
                validators,
                authorities,
                0,
                rounds,
                NewRun.preset(model),
                Optional.ofNullable(corpus),
                chaos == null ? OptionalLong.empty() : OptionalLong.of(chaos),
                knownAttackers(),
                policy(),
                tempo == null ? OptionalInt.empty() : OptionalInt.of(tempo),
                scorers);
    }

    private Attackers knownAttackers() {
        SortedMap<String, Role> roles = new TreeMap<>();
        ServiceLoader.load(HostileRoles.class).stream()
                .map(ServiceLoader.Provider::get)
                .forEach(known -> known.kinds().forEach(kind -> roles.put(kind, known.role(kind))));
        SortedMap<String, Integer> ofTrainers = new TreeMap<>();
        SortedMap<String, Integer> ofValidators = new TreeMap<>();
        attackers.forEach((kind, count) -> {
            if (!roles.containsKey(kind) || count == null || count < 1) {
                throw new ConfigError("--attackers: " + kind + "=" + count
                        + " (expected: KIND=N, N at least 1, KIND one of " + roles.keySet() + ")");
            }
            (roles.get(kind) == Role.VALIDATOR ? ofValidators : ofTrainers).put(kind, count);
        });
        return new Attackers(ofTrainers, ofValidators);
    }

    private AggregationPolicy policy() {
        return AggregationPolicy.of(aggregation)
                .orElseThrow(() -> new ConfigError("--aggregation: " + aggregation + " (expected: "
                        + Arrays.stream(AggregationPolicy.values())
                                .map(AggregationPolicy::text)
                                .collect(Collectors.joining(", "))
                        + ")"));
    }

    private TestnetOutput output() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            return new JsonLines(out, spec.commandLine().getErr());
        }
        return new TextOutput(out, System.console() != null && System.console().isTerminal(), columns());
    }

    private static int columns() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    }

    private static double baseline(PreparedCorpus corpus, TestnetOptions options) throws IOException {
        int sequence = options.preset().shape().sequence();
        MappedTokenSource train = corpus.train(sequence, new Ed25519Crypto());
        MappedTokenSource heldOut = corpus.heldOut(sequence, new Ed25519Crypto());
        long[] windows = heldOut.evaluationWindows(NodeFolders.EVALUATION_WINDOWS);
        return windows.length == 0
                ? Double.NaN
                : ByteModelBaseline.bitsPerByte(train, heldOut, windows, corpus.tokenizer(new Ed25519Crypto()));
    }
}

package covey.chaos.hostile;

import covey.chaos.hostile.AttackRun.Defenses;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.node.config.ConfigError;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.wiring.CpuEngines;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.EngineFactory;
import covey.node.wiring.NodeFolders;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Presets;
import covey.protocol.model.Presets.Preset;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The attack table: what each cheat costs the network, when it is noticed, and what it earns. */
@Command(
        name = "attacks",
        description = "Trains among cheats in one process and prints what each of them achieved.",
        mixinStandardHelpOptions = true)
public final class AttacksCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--trainers", paramLabel = "N", description = "Honest trainers (${DEFAULT-VALUE}).")
    private int honest = 4;

    @Option(names = "--attackers", paramLabel = "N", description = "Hostile trainers (${DEFAULT-VALUE}).")
    private int hostile = 2;

    @Option(names = "--rounds", paramLabel = "R", description = "Rounds of a run (${DEFAULT-VALUE}).")
    private int rounds = 30;

    @Option(names = "--model", paramLabel = "MODEL", description = "A preset (${DEFAULT-VALUE}).")
    private String model = Presets.NANO.name();

    @Option(names = "--inner-steps", paramLabel = "H", description = "Inner steps of a round (the preset's).")
    private Optional<Integer> innerSteps = Optional.empty();

    @Option(names = "--batch", paramLabel = "B", description = "Windows of an inner step (the preset's).")
    private Optional<Integer> batch = Optional.empty();

    @Option(
            names = "--kinds",
            paramLabel = "KIND",
            split = ",",
            description = "Cheats, or none for honest trainers only (all). Each is measured against honest ones beside"
                    + " trainers that send nothing; those runs are added.")
    private List<String> kinds = List.of();

    @Option(names = "--policies", paramLabel = "P", split = ",", description = "Aggregation (contributor-mean).")
    private List<String> policies = List.of(AggregationPolicy.CONTRIBUTOR_MEAN.text());

    @Option(
            names = "--trust",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Let trust factors follow from the scores (rule H7), as nodes do (${DEFAULT-VALUE}).")
    private boolean trust = true;

    @Option(
            names = "--reject",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Reject what the cheap checks find before it is applied, as nodes do (${DEFAULT-VALUE}).")
    private boolean reject = true;

    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "S",
            split = ",",
            description = "Of everything, one a run (1).")
    private List<Long> seeds = List.of(1L);

    @Option(names = "--verdicts", description = "With --json: a line for each verdict, too.")
    private boolean verdicts;

    private final Crypto crypto = new Ed25519Crypto();
    /** Of the runs so far. */
    private final Map<AttackCase, Double> losses = new HashMap<>();

    /** The text to train on, and a genesis but for its aggregation. */
    private record Material(PreparedCorpus corpus, Preset preset, MappedTokenSource train, MappedTokenSource heldOut) {}

    @Override
    public Integer call() throws IOException {
        List<AttackCase> cases = cases();
        Material material = material();
        if (!json.wanted()) {
            print(AttackReport.header());
        }
        for (AttackCase one : cases) {
            run(material, one.baseline());
            run(material, one);
        }
        return Covey.DONE;
    }

    private List<AttackCase> cases() {
        List<AttackCase> cases = new ArrayList<>();
        for (String policy : policies) {
            AggregationPolicy known = AggregationPolicy.of(policy)
                    .orElseThrow(() -> new ConfigError("--policies: " + policy + " (expected: aggregation policies)"));
            List<String> all = new ArrayList<>(List.of(AttackCase.NONE));
            all.addAll(Arrays.stream(Cheat.values()).map(Cheat::text).sorted().toList());
            for (String kind : kinds.isEmpty() ? all : kinds) {
                Optional<Cheat> cheat = Cheat.of(kind);
                if (cheat.isEmpty() && !kind.equals(AttackCase.NONE)) {
                    throw new ConfigError("--kinds: " + kind + " (expected: some of " + all + ")");
                }
                seeds.forEach(seed -> cases.add(new AttackCase(cheat, known, seed)));
            }
        }
        return cases;
    }

    private Material material() throws IOException {
        Preset preset = Presets.named(model)
                .orElseThrow(() -> new ConfigError("--model: " + model + " (expected: the name of a preset)"));
        PreparedCorpus corpus = new CorpusCache(NodeFolders.corpusCache(), crypto)
                .prepare(Corpus.of(Optional.empty()), preset.shape().vocabulary());
        int sequence = preset.shape().sequence();
        return new Material(corpus, preset, corpus.train(sequence, crypto), corpus.heldOut(sequence, crypto));
    }

    private Genesis genesis(Material material, AttackCase one) {
        Preset preset = material.preset();
        Hotkey authority = new Hotkey(crypto.sha256(new byte[] {1}));
        return new Genesis(
                "attacks",
                preset.shape(),
                one.seed(),
                CpuEngines.initialRoot(preset.shape(), one.seed(), crypto),
                training(preset).with(one.policy()),
                new Genesis.Timing(200, 1_000, 20_000, 10_000, 1, 5, 64),
                List.of(new Genesis.Member(authority, authority, Role.AUTHORITY.bit(), "authority")),
                List.of(new Genesis.Authority(authority, "127.0.0.1:1", "127.0.0.1:2")),
                material.corpus().manifest());
    }

    private Genesis.Training training(Preset preset) {
        return preset.with(innerSteps.orElse(preset.innerSteps()), batch.orElse(preset.batch()))
                .training(rounds);
    }

    /** Once. */
    private void run(Material material, AttackCase one) {
        if (losses.containsKey(one)) {
            return;
        }
        Genesis genesis = genesis(material, one);
        EngineFactory factory = ServiceLoader.load(EngineFactory.class)
                .findFirst()
                .orElseThrow(() -> new CommandFailed("engine: none (expected: one on the class path)"));
        Supplier<Engine> engines = () -> factory.open(genesis, material.train(), material.heldOut(), 1);
        List<Optional<Cheat>> roles =
                AttackRun.kinds(honest, one.cheat(), one.cheat().isPresent() ? hostile : 0);
        try (AttackRun run = new AttackRun(genesis, roles, engines, new Defenses(trust, reject), one.seed())) {
            for (long round = 1; round <= rounds; round++) {
                run.round(round);
            }
            double loss = run.heldOutLoss(material.heldOut().evaluationWindows(NodeFolders.EVALUATION_WINDOWS));
            losses.put(one, loss);
            report(new AttackReport(one, run, loss, losses.getOrDefault(one.baseline(), Double.NaN)));
        }
    }

    /** As soon as the run is over. */
    private void report(AttackReport report) {
        if (!json.wanted()) {
            print(report.text());
            return;
        }
        if (verdicts) {
            report.verdicts().forEach(line -> json.print(spec, line));
        }
        json.print(spec, report.json());
        spec.commandLine().getOut().flush();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}

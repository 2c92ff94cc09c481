package covey.chaos.hostile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import covey.protocol.score.Evidence;
import covey.protocol.score.LossScore;
import covey.protocol.score.Outcome;
import covey.protocol.score.Verdict;
import covey.protocol.score.WeightRule;
import covey.protocol.score.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
    private static final String NONE = "none";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--trainers", paramLabel = "N", description = "Honest trainers (${DEFAULT-VALUE}).")
    private int honest = 5;

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
            description = "Cheats, or none for honest trainers only (all).")
    private List<String> kinds = List.of();

    @Option(names = "--policies", paramLabel = "P", split = ",", description = "Aggregation (contributor-mean).")
    private List<String> policies = List.of(AggregationPolicy.CONTRIBUTOR_MEAN.text());

    @Option(names = "--trust", description = "Let trust factors follow from the scores (rule H7).")
    private boolean trust;

    @Option(names = "--reject", description = "Reject copies and what the cheap checks find before it is applied.")
    private boolean reject;

    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "S",
            split = ",",
            description = "Of everything, one a run (1).")
    private List<Long> seeds = List.of(1L);

    @Option(names = "--verdicts", description = "With --json: a line for each verdict, too.")
    private boolean verdicts;

    private final Crypto crypto = new Ed25519Crypto();
    /** Losses of honest trainers alone, by policy and seed; what cheats do is measured against them. */
    private final Map<String, Double> honestLosses = new HashMap<>();

    /** @param cheat empty: all are honest */
    private record Case(Optional<Cheat> cheat, AggregationPolicy policy, long seed) {
        String setting() {
            return policy.text() + " " + seed;
        }
    }

    /** The text to train on, and a genesis but for its aggregation. */
    private record Material(PreparedCorpus corpus, Preset preset, MappedTokenSource train, MappedTokenSource heldOut) {}

    @Override
    public Integer call() throws IOException {
        List<Case> cases = cases();
        Material material = material();
        if (!json.wanted()) {
            print("kind            policy            seed    loss  against honest  noticed  weight  honest weight"
                    + "  honest rejected  z of each");
        }
        for (Case one : cases) {
            run(material, one);
        }
        return Covey.DONE;
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String policy : policies) {
            AggregationPolicy known = AggregationPolicy.of(policy)
                    .orElseThrow(() -> new ConfigError("--policies: " + policy + " (expected: aggregation policies)"));
            List<String> all = new ArrayList<>(List.of(NONE));
            all.addAll(new Cheats().kinds());
            for (String kind : kinds.isEmpty() ? all : kinds) {
                Optional<Cheat> cheat = Cheat.of(kind);
                if (cheat.isEmpty() && !kind.equals(NONE)) {
                    throw new ConfigError("--kinds: " + kind + " (expected: some of " + all + ")");
                }
                seeds.forEach(seed -> cases.add(new Case(cheat, known, seed)));
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

    private Genesis genesis(Material material, Case one) {
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
        int steps = innerSteps.orElse(preset.innerSteps());
        return new Genesis.Training(
                steps,
                batch.orElse(preset.batch()),
                preset.peakLearningRate(),
                preset.warmupSteps(),
                Math.max((long) rounds * steps, preset.warmupSteps() + 1L),
                0.1,
                0.9,
                0.95,
                1e-8,
                0.1,
                1.0,
                1,
                0.95f,
                1 << 16);
    }

    private void run(Material material, Case one) {
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
            report(run, one, run.heldOutLoss(material.heldOut().evaluationWindows(NodeFolders.EVALUATION_WINDOWS)));
        }
    }

    private void report(AttackRun run, Case one, double loss) {
        Weights weights = run.book().weights(WeightRule.DEFAULT);
        Predicate<Hotkey> cheats = hotkey -> run.trainers().stream()
                .anyMatch(t -> t.hotkey().equals(hotkey) && t.kind().isPresent());
        if (one.cheat().isEmpty()) {
            honestLosses.put(one.setting(), loss);
        }
        OptionalDouble against = Stream.ofNullable(honestLosses.get(one.setting()))
                .mapToDouble(honestLoss -> 100 * (loss / honestLoss - 1))
                .findFirst();
        ObjectNode line = JsonOutput.object()
                .put("event", "attack")
                .put("seed", one.seed())
                .put("kind", one.cheat().map(Cheat::text).orElse(NONE))
                .put("policy", one.policy().text())
                .put("trust", trust)
                .put("reject", reject)
                .put("heldOutLoss", loss)
                .put("trainMs", run.trainNs() / 1e6)
                .put("scoreMs", run.scoreNs() / 1e6)
                .put("noticedRound", noticed(run, cheats))
                .put("weightShare", share(run, weights, cheats))
                .put("honestWeightShare", share(run, weights, cheats.negate()))
                .put("honestRejected", penalised(run, cheats.negate()).size());
        against.ifPresent(percent -> line.put("againstHonestPercent", percent));
        evidence(run, cheats, line.putObject("evidence"));
        evidence(run, cheats.negate(), line.putObject("honestEvidence"));
        ArrayNode attackerZ = line.putArray("z");
        ArrayNode honestZ = line.putArray("honestZ");
        run.book()
                .standings()
                .forEach((hotkey, standing) -> (cheats.test(hotkey) ? attackerZ : honestZ)
                        .add(Math.rint(100 * standing.evidence().z()) / 100));
        if (json.wanted()) {
            if (verdicts) {
                run.verdicts().forEach(verdict -> json.print(spec, line(verdict, one, cheats)));
            }
            json.print(spec, line);
        } else {
            print(String.format(
                    Locale.ROOT,
                    "%-14s  %-16s  %4d  %.4f  %14s  %7d  %6.3f  %13.3f  %15d  %s honest %s",
                    line.path("kind").asText(),
                    one.policy().text(),
                    one.seed(),
                    loss,
                    against.isPresent() ? String.format(Locale.ROOT, "%+.2f %%", against.getAsDouble()) : "",
                    line.path("noticedRound").asLong(),
                    line.path("weightShare").asDouble(),
                    line.path("honestWeightShare").asDouble(),
                    line.path("honestRejected").asInt(),
                    attackerZ,
                    honestZ));
        }
    }

    private static ObjectNode line(Verdict verdict, Case one, Predicate<Hotkey> cheats) {
        ObjectNode line = JsonOutput.object()
                .put("event", "verdict")
                .put("kind", one.cheat().map(Cheat::text).orElse(NONE))
                .put("round", verdict.round())
                .put("hotkey", verdict.hotkey().brief())
                .put("hostile", cheats.test(verdict.hotkey()))
                .put("outcome", verdict.outcome().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .put("z", verdict.after().evidence().z())
                .put("score", verdict.after().score());
        if (verdict.outcome() instanceof Outcome.Scored o) {
            line.put("difference", o.score().difference())
                    .put("error", Math.sqrt(o.score().squaredError()))
                    .put("random", o.score().random().mean());
        }
        verdict.penalties().forEach(p -> line.withArray("penalties").add(p.reason()));
        return line;
    }

    /** All measurements of some trainers: own less random gain in nats a token, its error, and Z of the sum. */
    private static void evidence(AttackRun run, Predicate<Hotkey> whose, ObjectNode json) {
        List<LossScore> scores = run.verdicts().stream()
                .filter(verdict -> whose.test(verdict.hotkey()))
                .flatMap(verdict ->
                        verdict.outcome() instanceof Outcome.Scored o ? Stream.of(o.score()) : Stream.empty())
                .toList();
        double differences = scores.stream().mapToDouble(LossScore::difference).sum();
        double squares = scores.stream().mapToDouble(LossScore::squaredError).sum();
        json.put("scored", scores.size())
                .put("difference", differences / scores.size())
                .put("error", Math.sqrt(squares / scores.size()))
                .put("z", differences / Math.sqrt(squares))
                .put(
                        "random",
                        scores.stream()
                                .mapToDouble(score -> score.random().mean())
                                .average()
                                .orElse(Double.NaN));
    }

    /** The first round that all attackers were penalised in or before; 0 = some never were. */
    private static long noticed(AttackRun run, Predicate<Hotkey> cheats) {
        return run.trainers().stream()
                .map(AttackRun.Trainer::hotkey)
                .filter(cheats)
                .mapToLong(hotkey -> penalised(run, hotkey::equals).stream()
                        .mapToLong(Verdict::round)
                        .min()
                        .orElse(Long.MAX_VALUE))
                .max()
                .stream()
                .filter(round -> round != Long.MAX_VALUE)
                .findFirst()
                .orElse(0);
    }

    private static List<Verdict> penalised(AttackRun run, Predicate<Hotkey> whose) {
        return run.verdicts().stream()
                .filter(verdict -> whose.test(verdict.hotkey()) && isPenalised(verdict))
                .toList();
    }

    private static boolean isPenalised(Verdict verdict) {
        return switch (verdict.outcome()) {
            case Outcome.Refused _, Outcome.Flagged _, Outcome.Copied _ -> true;
            case Outcome.Scored _ -> verdict.finding() == Evidence.Finding.FAILED;
            case Outcome.Unscored _, Outcome.Missing _ -> false;
        };
    }

    private static double share(AttackRun run, Weights weights, Predicate<Hotkey> whose) {
        double[] shares = run.trainers().stream()
                .map(AttackRun.Trainer::hotkey)
                .filter(whose)
                .mapToDouble(weights::share)
                .toArray();
        return Arrays.stream(shares).average().orElse(0);
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}

package covey.chaos.cli;

import covey.chaos.detect.DetectionTable;
import covey.chaos.judge.Finding;
import covey.chaos.judge.Judge;
import covey.chaos.judge.RunFolder;
import covey.chaos.process.Chaos;
import covey.chaos.process.ChaosOptions;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.node.config.ConfigError;
import covey.node.wiring.NodeFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Breaks real processes, and judges what they left. */
@Command(name = "chaos", description = "Breaks a network of real processes.", mixinStandardHelpOptions = true)
public final class ChaosCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    /** What is started, and what is done to it. */
    static final class Wanted {
        @Option(names = "--seed", paramLabel = "S", description = "Of the plan (${DEFAULT-VALUE}).")
        private long seed = 1;

        @Option(names = "--minutes", paramLabel = "M", description = "How long faults strike (${DEFAULT-VALUE}).")
        private double minutes = 3;

        @Option(
                names = "--every",
                paramLabel = "S",
                description = "A fault at least each S seconds (${DEFAULT-VALUE}).")
        private double every = 18;

        @Option(names = "--trainers", paramLabel = "N", description = "Trainers, 2 to 32 (${DEFAULT-VALUE}).")
        private int trainers = 3;

        @Option(names = "--validators", paramLabel = "N", description = "Validators (${DEFAULT-VALUE}).")
        private int validators = 3;

        @Option(names = "--authorities", paramLabel = "N", description = "1, 3 or 5 (${DEFAULT-VALUE}).")
        private int authorities = 3;

        @Option(names = "--observers", paramLabel = "N", description = "Observers (${DEFAULT-VALUE}).")
        private int observers = 0;

        @Option(
                names = "--cpu",
                paramLabel = "SHARE",
                description = "Of all processors, for nodes and busy neighbours (${DEFAULT-VALUE}).")
        private double cpuShare = 0.7;

        @Option(names = "--partitions", description = "Cut nodes off, too; needs root and network namespaces.")
        private boolean partitions;

        @Option(
                names = "--only",
                paramLabel = "KIND[:VICTIM]",
                split = ",",
                description = "Such as kill:writer or freeze:trainer; all, if not given.")
        private List<String> only = new ArrayList<>();

        ChaosOptions options() {
            return new ChaosOptions(
                    seed,
                    Math.round(minutes * 60_000),
                    Math.round(every * 1_000),
                    trainers,
                    validators,
                    authorities,
                    observers,
                    cpuShare,
                    partitions,
                    only);
        }
    }

    @Command(
            name = "run",
            description = "Starts nodes, strikes them by a seeded plan, lets them heal, and judges what they left.",
            mixinStandardHelpOptions = true)
    Integer run(
            @Mixin Wanted wanted,
            @Option(
                            names = "--twin",
                            arity = "0..1",
                            fallbackValue = "0",
                            paramLabel = "M",
                            description = "First run the same network for M minutes, or as long, without faults.")
                    @Nullable
                    Double twinMinutes,
            @Option(names = "--dir", paramLabel = "DIR", description = "Folder of all files (covey-runs/TIME).")
                    @Nullable
                    Path directory,
            @Mixin JsonOutput json)
            throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        ChaosOptions options = wanted.options();
        OptionalLong twinMs = twinMinutes == null
                ? OptionalLong.empty()
                : OptionalLong.of(twinMinutes == 0 ? options.lengthMs() : Math.round(twinMinutes * 60_000));
        Chaos chaos = new Chaos(options, NodeFolders.freshRun(Optional.ofNullable(directory)), out, json.wanted());
        return chaos.run(twinMs) ? Covey.DONE : Covey.FAILED;
    }

    @Command(
            name = "judge",
            description = "Judges the folder of a run whose nodes have stopped.",
            mixinStandardHelpOptions = true)
    Integer judge(@Parameters(paramLabel = "DIR", description = "Folder of the run.") Path directory)
            throws IOException {
        RunFolder folder = new RunFolder(directory);
        Judge.Judgement judgement = Judge.of(folder, folder.healed());
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : judgement.findings()) {
            out.println("VIOLATION " + finding);
        }
        out.println(judgement.rounds() + " rounds sealed, " + judgement.contributions() + " contributions, "
                + judgement.findings().size() + " violations");
        out.flush();
        return judgement.isGood() ? Covey.DONE : Covey.FAILED;
    }

    @Command(
            name = "detect",
            description =
                    "Prints, over jitter and loss, how soon a dead trainer is called absent, and how often a live one.",
            mixinStandardHelpOptions = true)
    Integer detect(
            @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of all links (1).")
                    long seed,
            @Option(
                            names = "--hours",
                            paramLabel = "H",
                            defaultValue = "20",
                            description = "Virtual time a row to count false alarms in (20).")
                    int hours,
            @Mixin JsonOutput json) {
        if (hours < 1) {
            throw new ConfigError("--hours: " + hours + " (expected: at least 1)");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!json.wanted()) {
            out.println(DetectionTable.header());
        }
        for (DetectionTable.Row row : new DetectionTable(seed, hours).rows()) {
            out.println(json.wanted() ? row.toJson().toString() : row.text());
        }
        out.flush();
        return Covey.DONE;
    }
}

package covey.node.bench.ablation;

import static java.nio.charset.StandardCharsets.UTF_8;

import covey.compute.cpu.CpuBackend;
import covey.node.bench.ablation.AblationRun.Material;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.NodeFolders;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The table of what each part of the outer loop is worth. Goes on where an earlier call stopped. */
@Command(
        name = "ablate",
        description = {
            "Trains a small model by each recipe in one process, and prints the table of held-out losses.",
            "What is tuned is tuned on the first seed; the best of each row then runs from all seeds.",
            "A line of JSON a run is appended to the file; runs that are in it are not made again."
        },
        mixinStandardHelpOptions = true)
public final class AblateCommand implements Callable<Integer> {
    private static final int EVALUATION_WINDOWS = 256;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The results.")
    private Path out = Path.of("");

    @Option(names = "--seeds", paramLabel = "S", split = ",", description = "Seeds (1,2,3).")
    private List<Long> seeds = List.of(1L, 2L, 3L);

    @Option(names = "--rows", paramLabel = "TEXT", description = "Only rows that contain this.")
    private String rows = "";

    @Option(names = "--table", description = "Only print the table of what is there.")
    private boolean table;

    private final Crypto crypto = new Ed25519Crypto();

    @Override
    public Integer call() throws IOException {
        List<Cell> cells =
                Cell.all().stream().filter(cell -> cell.row().contains(rows)).toList();
        if (!table) {
            Material material = material();
            for (Cell cell : cells) {
                run(material, cell.recipe(), seeds.getFirst());
            }
            List<Cell> best = AblationTable.of(results(), seeds.getFirst()).best(cells);
            // Seed by seed, so that a part of the runs is a whole table of fewer seeds.
            for (long seed : seeds) {
                for (Cell cell : best) {
                    run(material, cell.recipe(), seed);
                }
            }
        }
        AblationTable made = AblationTable.of(results(), seeds.getFirst());
        spec.commandLine().getOut().print(made.markdown(cells));
        spec.commandLine().getOut().flush();
        return Covey.DONE;
    }

    private Material material() throws IOException {
        PreparedCorpus corpus = new CorpusCache(NodeFolders.corpusCache(), crypto).prepare(Corpus.of(Optional.empty()));
        ModelShape shape = Recipe.shape();
        MappedTokenSource heldOut = corpus.heldOut(shape.sequence(), crypto);
        return new Material(
                shape,
                corpus.manifest(),
                corpus.train(shape.sequence(), crypto),
                heldOut,
                heldOut.evaluationWindows(EVALUATION_WINDOWS));
    }

    private List<AblationTable.Line> results() throws IOException {
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(out)) {
            return lines.map(AblationTable.Line::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("--out: " + out + " (" + e.getMessage() + ")");
        }
    }

    private void run(Material material, Recipe recipe, long seed) throws IOException {
        if (results().stream().anyMatch(line -> line.isOf(recipe, seed))) {
            return;
        }
        long beganNs = System.nanoTime();
        AblationRun.Result result;
        try (AblationRun run = new AblationRun(material, recipe, seed, CpuBackend.VECTOR)) {
            result = run.run();
        }
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        AblationTable.Line line = AblationTable.Line.of(recipe, seed, result);
        Files.writeString(
                out,
                line.json().put("seconds", seconds) + "\n",
                UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}

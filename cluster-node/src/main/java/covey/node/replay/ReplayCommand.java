package covey.node.replay;

import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.node.config.ConfigError;
import covey.node.config.GenesisFile;
import covey.node.store.JournalFile;
import covey.node.wiring.Ed25519Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a node's history against itself and the ledger (rule E2). */
@Command(
        name = "replay",
        description = "Runs a node's journal again and recomputes every outer step from the stored contributions.",
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Parameters(paramLabel = "JOURNAL", description = "A node's journal file, in its folder.")
    private Path journal = Path.of("");

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(journal)) {
            throw new ConfigError("journal: " + journal + " (expected: the file 'journal' of a node's folder)");
        }
        Path folder = journal.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isRegularFile(folder.resolve("genesis.json"))) {
            throw new ConfigError("journal: " + journal + " (expected: in a node's folder, beside genesis.json)");
        }
        JournalFile.Contents contents = JournalFile.read(journal);
        if (contents.damage() != null) {
            throw new CommandFailed("journal: " + contents.damage());
        }
        Ed25519Crypto crypto = new Ed25519Crypto();
        GenesisFile genesis = GenesisFile.read(folder.resolve("genesis.json"), crypto);
        print(new NodeReplay(folder, genesis, crypto).run(contents.entries()));
        return Covey.DONE;
    }

    private void print(NodeReplay.Report report) {
        if (json.wanted()) {
            json.print(
                    spec,
                    JsonOutput.object()
                            .put("entries", report.entryCount())
                            .put("blocks", report.blockCount())
                            .put("firstRound", report.firstRound())
                            .put("rounds", report.roundCount())
                            .put("stateRoot", report.root().toString()));
        } else {
            spec.commandLine()
                    .getOut()
                    .println(report.entryCount() + " entries and " + report.blockCount() + " blocks agree; "
                            + report.roundCount() + " outer steps from round " + report.firstRound()
                            + " recomputed, state root " + report.root());
        }
    }
}

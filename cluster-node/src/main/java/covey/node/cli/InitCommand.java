package covey.node.cli;

import covey.node.config.ConfigError;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfigFile;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prepares a folder for a node. */
@Command(
        name = "init",
        description = "Writes a commented node.conf and a hotkey into a folder.",
        mixinStandardHelpOptions = true)
public final class InitCommand implements Verb {
    private static final String DATA_DIRECTORY = "dataDirectory = \"covey-node\"";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--dir", paramLabel = "DIR", description = "The node's folder (${DEFAULT-VALUE}).")
    private Path directory = Path.of("covey-node");

    @Override
    public Integer call() throws IOException {
        Path folder = directory.toAbsolutePath().normalize();
        Files.createDirectories(folder);
        Path config = folder.resolve("node.conf");
        try {
            Files.writeString(config, text(folder), StandardOpenOption.CREATE_NEW);
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
        return Covey.DONE;
    }

    private static String text(Path folder) {
        String quoted = folder.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return NodeConfigFile.defaultText().replace(DATA_DIRECTORY, "dataDirectory = \"" + quoted + "\"");
    }
}

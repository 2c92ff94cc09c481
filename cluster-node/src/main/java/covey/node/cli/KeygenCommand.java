package covey.node.cli;

import covey.node.config.KeyFile;
import covey.protocol.model.Hotkey;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a hotkey. */
@Command(name = "keygen", description = "Makes a hotkey file and prints the hotkey.", mixinStandardHelpOptions = true)
public final class KeygenCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--out", paramLabel = "FILE", description = "New file, readable by you only (${DEFAULT-VALUE}).")
    private Path out = Path.of("hotkey.key");

    @Override
    public Integer call() {
        Hotkey hotkey = KeyFile.create(out, new SecureRandom());
        if (json.wanted()) {
            json.print(
                    spec, JsonOutput.object().put("hotkey", hotkey.toString()).put("file", out.toString()));
        } else {
            spec.commandLine().getOut().println(hotkey);
        }
        return Covey.DONE;
    }
}

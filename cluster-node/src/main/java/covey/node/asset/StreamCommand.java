package covey.node.asset;

import covey.node.cli.Verb;
import covey.protocol.ledger.economy.EconomyStatement.CloseStream;
import covey.protocol.ledger.economy.EconomyStatement.OpenStream;
import covey.protocol.ledger.economy.EconomyStatement.RunStream;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Income streams of an account. */
@Command(name = "stream", description = "Gives away parts of an income.", mixinStandardHelpOptions = true)
public final class StreamCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    @Command(name = "open", description = "Opens a stream.", mixinStandardHelpOptions = true)
    Integer open(@Mixin DoorOptions door, @Mixin StreamOptions options) {
        return door.say(spec, options::statement);
    }

    @Command(name = "close", description = "Closes a stream.", mixinStandardHelpOptions = true)
    Integer close(
            @Mixin DoorOptions door, @Option(names = "--stream", paramLabel = "ID", required = true) long stream) {
        return door.say(spec, _ -> new CloseStream(stream));
    }

    @Command(name = "run", description = "Pays out what has gathered.", mixinStandardHelpOptions = true)
    Integer run(@Mixin DoorOptions door, @Option(names = "--stream", paramLabel = "ID", required = true) long stream) {
        return door.say(spec, _ -> new RunStream(stream));
    }

    /** What is said of a stream. */
    static final class StreamOptions {
        @Option(names = "--root", paramLabel = "HEX", description = "Whose income it comes from (the key's own).")
        private @Nullable String root;

        @Option(names = "--percent", paramLabel = "N", required = true)
        private int percent;

        @Option(names = "--to", paramLabel = "HEX=WEIGHT", required = true, description = "A recipient.")
        private Map<String, Integer> to = new TreeMap<>();

        @Option(names = "--interval", paramLabel = "N", defaultValue = "0", description = "Blocks; 0: when run.")
        private int interval;

        @Option(names = "--end-height", paramLabel = "N", defaultValue = "9223372036854775807")
        private long endHeight;

        @Option(names = "--revocable-from", paramLabel = "N", defaultValue = "0", description = "Height.")
        private long revocableFrom;

        OpenStream statement(Hotkey signer) {
            Hotkey from = root == null ? signer : DoorOptions.key("--root", root);
            List<Share> shares = new TreeMap<>(to)
                    .entrySet().stream()
                            .map(e -> new Share(DoorOptions.key("--to", e.getKey()), e.getValue()))
                            .toList();
            return new OpenStream(from, percent, shares, interval, endHeight, revocableFrom);
        }
    }
}

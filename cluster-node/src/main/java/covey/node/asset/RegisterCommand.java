package covey.node.asset;

import covey.node.cli.CommandFailed;
import covey.node.cli.Verb;
import covey.protocol.ledger.economy.EconomyStatement.BuyUid;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.ledger.economy.TermsCodec;
import covey.protocol.model.Hotkey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Buys places by burning units. The key is the coldkey of the hotkey. */
@Command(name = "register", description = "Buys a uid or a mechanism.", mixinStandardHelpOptions = true)
public final class RegisterCommand implements Verb {
    private static final String LIMIT = "Most units to burn.";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    @Command(name = "uid", description = "Buys a uid for a hotkey.", mixinStandardHelpOptions = true)
    Integer uid(
            @Mixin DoorOptions door,
            @Option(names = "--hotkey", paramLabel = "HEX", required = true) String hotkey,
            @Option(names = "--limit", paramLabel = "N", required = true, description = LIMIT) long limit) {
        return door.say(spec, _ -> new BuyUid(DoorOptions.key("--hotkey", hotkey), limit));
    }

    @Command(
            name = "mechanism",
            description = "Registers another proof of work under the asset.",
            mixinStandardHelpOptions = true)
    Integer mechanism(@Mixin DoorOptions door, @Mixin MechanismOptions options) {
        return door.say(spec, _ -> options.statement());
    }

    /** What is said of a mechanism. */
    static final class MechanismOptions {
        @Option(names = "--hotkey", paramLabel = "HEX", required = true, description = "The owner.")
        private String hotkey = "";

        @Option(names = "--name", paramLabel = "NAME", required = true)
        private String name = "";

        @Option(
                names = "--rule",
                paramLabel = "RULE",
                defaultValue = "yuma3",
                description = "yuma2, yuma3, yuma3-liquid or linear (${DEFAULT-VALUE}).")
        private String rule = "";

        @Option(names = "--tempo", paramLabel = "N", required = true, description = "Blocks, as genesis has them.")
        private int tempo;

        @Option(names = "--reveal-epochs", paramLabel = "N", defaultValue = "0", description = "0: open weights.")
        private int revealEpochs;

        @Option(names = "--description", paramLabel = "HEX", required = true, description = "SHA-256 of its text.")
        private String description = "";

        @Option(names = "--limit", paramLabel = "N", required = true, description = LIMIT)
        private long limit;

        RegisterMechanism statement() {
            return new RegisterMechanism(
                    new Hotkey(DoorOptions.hash("--hotkey", hotkey)),
                    name,
                    terms(),
                    DoorOptions.hash("--description", description),
                    limit);
        }

        private Terms terms() {
            try {
                return TermsCodec.published(rule, tempo, revealEpochs);
            } catch (IllegalArgumentException e) {
                throw new CommandFailed("--rule: " + e.getMessage(), e);
            }
        }
    }
}

package covey.node.asset;

import covey.node.cli.Verb;
import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.RemoveStake;
import covey.protocol.ledger.economy.EconomyStatement.SetTake;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an account does with its units. */
@Command(name = "stake", description = "Moves and stakes units of an account.", mixinStandardHelpOptions = true)
public final class StakeCommand implements Verb {
    private static final String AMOUNT = "Units.";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    @Command(name = "add", description = "Stakes units on a hotkey.", mixinStandardHelpOptions = true)
    Integer add(
            @Mixin DoorOptions door,
            @Option(names = "--hotkey", paramLabel = "HEX", required = true) String hotkey,
            @Option(names = "--amount", paramLabel = "N", required = true, description = AMOUNT) long amount) {
        return door.say(spec, _ -> new AddStake(DoorOptions.key("--hotkey", hotkey), amount));
    }

    @Command(name = "remove", description = "Takes staked units back.", mixinStandardHelpOptions = true)
    Integer remove(
            @Mixin DoorOptions door,
            @Option(names = "--hotkey", paramLabel = "HEX", required = true) String hotkey,
            @Option(names = "--amount", paramLabel = "N", required = true, description = AMOUNT) long amount) {
        return door.say(spec, _ -> new RemoveStake(DoorOptions.key("--hotkey", hotkey), amount));
    }

    @Command(name = "transfer", description = "Gives units to another account.", mixinStandardHelpOptions = true)
    Integer transfer(
            @Mixin DoorOptions door,
            @Option(names = "--to", paramLabel = "HEX", required = true) String to,
            @Option(names = "--amount", paramLabel = "N", required = true, description = AMOUNT) long amount) {
        return door.say(spec, _ -> new Transfer(DoorOptions.key("--to", to), amount));
    }

    @Command(
            name = "take",
            description = "Sets what a hotkey keeps of its stakers' dividends.",
            mixinStandardHelpOptions = true)
    Integer take(
            @Mixin DoorOptions door,
            @Option(names = "--hotkey", paramLabel = "HEX", required = true) String hotkey,
            @Option(names = "--take", paramLabel = "N", required = true, description = "In 1/65535.") int take) {
        return door.say(spec, _ -> new SetTake(DoorOptions.key("--hotkey", hotkey), take));
    }
}

package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Rounds with their losses and costs. */
@Command(name = "rounds", description = "Lists the latest rounds.", mixinStandardHelpOptions = true)
public final class RoundsCommand implements Verb {
    private static final Table TABLE = new Table()
            .plain("ROUND", "round")
            .plain("PHASE", "phase")
            .plain("COLLECTED", "collected")
            .plain("REJECTED", "rejected")
            .brief("STATE ROOT", "stateRoot")
            .loss("TRAIN LOSS", "trainLoss")
            .loss("HELD-OUT LOSS", "heldOutLoss")
            .loss("BITS/BYTE", "heldOutBitsPerByte")
            .plain("MS", "durationMs")
            .plain("BYTES", "bytesPerContribution");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NodeApi node = new NodeApi();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        JsonNode answer = node.get("rounds");
        if (json.wanted()) {
            json.print(spec, answer);
        } else {
            TABLE.print(spec.commandLine().getOut(), answer);
        }
        return Covey.DONE;
    }
}

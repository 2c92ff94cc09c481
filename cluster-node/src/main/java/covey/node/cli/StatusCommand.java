package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a node says of itself. */
@Command(name = "status", description = "Shows where a node stands.", mixinStandardHelpOptions = true)
public final class StatusCommand implements Verb {
    private static final Table TABLE = new Table()
            .plain("run", "runId")
            .plain("hotkey", "hotkey")
            .plain("roles", "roles")
            .plain("height", "height")
            .plain("round", "round")
            .plain("phase", "phase")
            .plain("state root", "stateRoot")
            .plain("halted", "halted")
            .plain("peers", "peers");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NodeApi node = new NodeApi();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        JsonNode answer = node.get("status");
        if (json.wanted()) {
            json.print(spec, answer);
        } else {
            TABLE.printFields(spec.commandLine().getOut(), answer);
            answer.path("weights").forEach(this::printWeights);
        }
        return Covey.DONE;
    }

    private void printWeights(JsonNode weights) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "weights in %s: %s, last at height %d, stale from %d, next epoch at %d%n",
                        weights.path("mechanism").asText().replaceAll("\\p{Cntrl}", "?"),
                        state(weights),
                        weights.path("updatedHeight").asLong(),
                        weights.path("staleHeight").asLong(),
                        weights.path("epochHeight").asLong());
    }

    private static String state(JsonNode weights) {
        long missed = weights.path("missedReveals").asLong();
        return (weights.path("stale").asBoolean() ? "STALE, they do not count" : "ok")
                + (missed > 0 ? ", " + missed + " committed and NOT REVEALED in time" : "");
    }
}

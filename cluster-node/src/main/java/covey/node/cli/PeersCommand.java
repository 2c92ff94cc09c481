package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The registry and who of it is reachable. */
@Command(name = "peers", description = "Lists the peers that a node knows.", mixinStandardHelpOptions = true)
public final class PeersCommand implements Verb {
    private static final Table TABLE = new Table()
            .brief("HOTKEY", "hotkey")
            .plain("LABEL", "label")
            .plain("ROLES", "roles")
            .plain("ADDRESS", "address")
            .plain("REACHABLE", "reachable")
            .plain("LAST ROUND", "lastRound")
            .plain("ACCEPTED", "accepted")
            .plain("REJECTED", "rejected");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NodeApi node = new NodeApi();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        JsonNode answer = node.get("peers");
        if (json.wanted()) {
            json.print(spec, answer);
        } else {
            TABLE.print(spec.commandLine().getOut(), answer);
        }
        return Covey.DONE;
    }
}

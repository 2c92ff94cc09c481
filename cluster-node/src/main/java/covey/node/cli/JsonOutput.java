package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option {@code --json}: one JSON value a line on standard output, and nothing else there. */
public final class JsonOutput {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    public boolean wanted() {
        return json;
    }

    public void print(CommandSpec spec, JsonNode value) {
        spec.commandLine().getOut().println(value);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

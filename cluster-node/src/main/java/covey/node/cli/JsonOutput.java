package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option {@code --json}: one JSON value a line on standard output, and nothing else there. */
final class JsonOutput {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    boolean wanted() {
        return json;
    }

    void print(CommandSpec spec, JsonNode value) {
        spec.commandLine().getOut().println(value);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/** One JSON object a line, and nothing else, on standard output; warnings on standard error. */
final class JsonLines implements TestnetOutput {
    private final PrintWriter out;
    private final PrintWriter err;

    JsonLines(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    private void print(ObjectNode event) {
        out.println(event);
        out.flush();
    }

    @Override
    public void nodeStarted(ObjectNode event) {
        print(event);
    }

    @Override
    public void roundSealed(RoundBoard.SealedRound round) {
        print(toJson(round));
    }

    static ObjectNode toJson(RoundBoard.SealedRound round) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", "round-sealed")
                .put("round", round.round())
                .put("collected", round.collected())
                .put("rejected", round.rejected())
                .put("stateRoot", round.stateRoot());
        putNumber(json, "trainLoss", round.trainLoss());
        putNumber(json, "heldOutLoss", round.heldOutLoss());
        putNumber(json, "heldOutBitsPerByte", round.heldOutBitsPerByte());
        return json.put("durationMs", round.durationMs()).put("bytesPerContribution", round.bytesPerContribution());
    }

    /** JSON has no NaN. */
    static void putNumber(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, value);
        } else {
            json.putNull(name);
        }
    }

    @Override
    public void fault(ObjectNode event) {
        print(event);
    }

    @Override
    public void progress(NodeSpec node, JsonNode event) {}

    @Override
    public void warning(String line) {
        err.println("covey: " + line);
        err.flush();
    }

    @Override
    public void summary(ObjectNode summary) {
        print(summary);
    }
}

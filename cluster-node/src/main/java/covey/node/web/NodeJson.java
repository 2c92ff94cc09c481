package covey.node.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.web.NodeView.PeerRow;
import covey.node.web.NodeView.RoundRow;
import covey.protocol.ledger.RoundState;
import covey.protocol.model.Role;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A {@link NodeView} as the API gives it. What is not known is null. */
final class NodeJson {
    private NodeJson() {}

    static ObjectNode status(NodeView view) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("runId", view.run().toString()).put("hotkey", view.hotkey().toString());
        roles(json.putArray("roles"), view.roles());
        json.put("height", view.ledger().height())
                .put(
                        "round",
                        view.ledger()
                                .round()
                                .map(RoundState::round)
                                .orElse(view.ledger().lastSealed()))
                .put("phase", view.phase())
                .put("stateRoot", view.stateRoot().map(Object::toString).orElse(null))
                .put("halted", view.ledger().halted().isPresent())
                .put("haltedReason", view.ledger().halted().orElse(null))
                .put("peers", view.peers().stream().filter(PeerRow::reachable).count());
        ArrayNode doors = json.putArray("doors");
        view.doors().forEach(doors::add);
        ArrayNode weights = json.putArray("weights");
        view.weights().forEach(watch -> weights(weights.addObject(), watch));
        return json;
    }

    private static void weights(ObjectNode json, WeightWatch watch) {
        json.put("mechanism", watch.mechanism())
                .put("updatedHeight", watch.updatedHeight())
                .put("staleHeight", watch.staleHeight())
                .put("nextHeight", watch.nextHeight())
                .put("epochHeight", watch.epochHeight())
                .put("missedReveals", watch.missedReveals())
                .put("stale", watch.stale());
    }

    static ArrayNode rounds(NodeView view) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        view.rounds().forEach(row -> round(array.addObject(), row));
        return array;
    }

    private static void round(ObjectNode json, RoundRow row) {
        json.put("round", row.round())
                .put("phase", row.phase())
                .put("collected", row.collected())
                .put("rejected", row.rejected())
                .put("stateRoot", row.stateRoot().map(Object::toString).orElse(null));
        put(json, "trainLoss", row.trainLoss());
        put(json, "heldOutLoss", row.heldOutLoss());
        put(json, "heldOutBitsPerByte", row.heldOutBitsPerByte());
        put(json, "durationMs", row.durationMs());
        put(json, "bytesPerContribution", row.bytesPerContribution());
    }

    static ArrayNode peers(NodeView view) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        view.peers().forEach(row -> peer(array.addObject(), row));
        return array;
    }

    private static void peer(ObjectNode json, PeerRow row) {
        json.put("hotkey", row.hotkey().toString()).put("label", row.label());
        roles(json.putArray("roles"), row.roles());
        json.put("address", row.address())
                .put("reachable", row.reachable())
                .put("lastRound", row.lastRound())
                .put("accepted", row.accepted())
                .put("rejected", row.rejected());
    }

    private static void roles(ArrayNode array, int bits) {
        for (Role role : Role.values()) {
            if (role.in(bits)) {
                array.add(role.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }

    private static void put(ObjectNode json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.put(name, value.getAsLong());
        } else {
            json.putNull(name);
        }
    }
}

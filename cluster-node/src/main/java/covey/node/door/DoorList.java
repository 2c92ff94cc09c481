package covey.node.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom a newcomer can turn to (rule F1). Told by a stranger: addresses to try, proof of nothing.
 *
 * @param authorities doors of the authorities that genesis names, in its order
 * @param members Artery addresses of nodes that were reachable lately
 */
public record DoorList(List<Entry> authorities, List<Entry> members) {
    /** @param address HOST:PORT */
    public record Entry(Hotkey hotkey, String address) {}

    public DoorList {
        authorities = List.copyOf(authorities);
        members = List.copyOf(members);
    }

    byte[] encode() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        write(json.putArray("authorities"), authorities);
        write(json.putArray("members"), members);
        try {
            return new JsonMapper().writeValueAsBytes(json);
        } catch (IOException e) {
            throw new IllegalStateException("doors cannot be written", e);
        }
    }

    private static void write(ArrayNode array, List<Entry> entries) {
        entries.forEach(entry ->
                array.addObject().put("hotkey", entry.hotkey().toString()).put("address", entry.address()));
    }

    static DoorList decode(byte[] bytes) throws Malformed {
        try {
            JsonNode json = new JsonMapper().readTree(bytes);
            return new DoorList(
                    read(json.path("authorities"), Limits.AUTHORITIES_MAX_COUNT),
                    read(json.path("members"), Limits.REGISTRY_MAX_COUNT));
        } catch (IOException | IllegalArgumentException e) {
            throw new Malformed("doors: not the JSON of a door");
        }
    }

    private static List<Entry> read(JsonNode array, int max) throws Malformed {
        if (array.size() > max) {
            throw new Malformed("doors: " + array.size() + " (expected: at most " + max + ")");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : array) {
            String address = entry.path("address").asText();
            if (address.length() > Limits.ADDRESS_MAX_BYTES) {
                throw new Malformed("address: " + address.length() + " characters (expected: at most "
                        + Limits.ADDRESS_MAX_BYTES + ")");
            }
            entries.add(new Entry(Hotkey.parse(entry.path("hotkey").asText()), address));
        }
        return entries;
    }
}

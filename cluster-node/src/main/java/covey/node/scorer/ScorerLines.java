package covey.node.scorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Weights;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Version 1 of the lines between a node and a scorer (docs/mechanisms.md). */
final class ScorerLines {
    private static final int VERSION = 1;
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A line that is no answer to the question; the message says why. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswer(String message) {
            super(message);
        }
    }

    private ScorerLines() {}

    /** One line without its end. */
    static String question(long id, String mechanism, LedgerState ledger, Economy economy) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("covey", VERSION)
                .put("type", "score")
                .put("id", id)
                .put("mechanism", mechanism)
                .put("round", ledger.lastSealed())
                .put("height", ledger.height());
        ArrayNode peers = json.putArray("peers");
        economy.seats()
                .forEach((uid, seat) -> peers.addObject()
                        .put("uid", uid)
                        .put("hotkey", seat.hotkey().toString())
                        .put("address", seat.address()));
        return json.toString();
    }

    /** By hotkey, the best one 65535, in proportion; those with less than half a unit of that are left out. */
    static SortedMap<Hotkey, Integer> answer(long id, byte[] line) throws NoAnswer {
        JsonNode json = parsed(line);
        if (json.path("covey").asInt() != VERSION || !json.path("type").asText().equals("scores")) {
            throw new NoAnswer("line: not of version " + VERSION + " and type scores");
        }
        if (json.path("id").asLong(-1) != id) {
            throw new NoAnswer("id: " + json.path("id") + " (expected: " + id + ")");
        }
        TreeMap<Hotkey, Double> scores = new TreeMap<>();
        for (Map.Entry<String, JsonNode> score : json.path("scores").properties()) {
            scores.put(hotkey(score.getKey()), score(score.getValue()));
        }
        return scaled(scores);
    }

    private static JsonNode parsed(byte[] line) throws NoAnswer {
        try {
            return MAPPER.readTree(new String(line, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new NoAnswer("line: not JSON");
        }
    }

    private static Hotkey hotkey(String text) throws NoAnswer {
        if (!text.matches("[0-9a-f]{64}")) {
            throw new NoAnswer("scores: a key that is no hotkey (expected: 64 hexadecimal digits)");
        }
        return Hotkey.parse(text);
    }

    private static double score(JsonNode value) throws NoAnswer {
        double score = value.asDouble(Double.NaN);
        if (!value.isNumber() || !Double.isFinite(score) || score < 0) {
            throw new NoAnswer("scores: " + value + " (expected: a number of at least 0)");
        }
        return score;
    }

    private static SortedMap<Hotkey, Integer> scaled(SortedMap<Hotkey, Double> scores) {
        double best =
                scores.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        TreeMap<Hotkey, Integer> weights = new TreeMap<>();
        scores.forEach((hotkey, score) -> {
            int weight = best > 0 ? (int) Math.rint(score / best * Weights.MAX) : 0;
            if (weight > 0) {
                weights.put(hotkey, weight);
            }
        });
        return weights;
    }
}

package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the nodes said of each round. Used by one thread. */
final class RoundBoard {
    /** One round as the testnet shows it; a number that nobody said is NaN or 0. */
    record SealedRound(
            long round,
            int collected,
            int rejected,
            String stateRoot,
            double trainLoss,
            double heldOutLoss,
            double heldOutBitsPerByte,
            long durationMs,
            long bytesPerContribution) {}

    private static final class Row {
        private final SortedMap<String, String> roots = new TreeMap<>();
        private final SortedMap<String, Double> trainLosses = new TreeMap<>();
        private Optional<JsonNode> measured = Optional.empty();
        private boolean isShown;
    }

    private final SortedMap<Long, Row> rows = new TreeMap<>();

    private Row row(long round) {
        return rows.computeIfAbsent(round, key -> new Row());
    }

    void trained(String node, JsonNode event) {
        if (event.path("trainLoss").isNumber()) {
            row(event.path("round").asLong())
                    .trainLosses
                    .put(node, event.path("trainLoss").asDouble());
        }
    }

    /** A node made the round's outer step; {@code isMeasured} if it said the held-out loss, too. */
    void applied(String node, JsonNode event, boolean isMeasured) {
        Row row = row(event.path("round").asLong());
        row.roots.put(node, event.path("stateRoot").asText());
        if (isMeasured && row.measured.isEmpty()) {
            row.measured = Optional.of(event);
        }
    }

    /** The next round that a validator has measured and that was not taken yet. */
    Optional<SealedRound> takeSealed() {
        return rows.entrySet().stream()
                .filter(entry -> entry.getValue().measured.isPresent() && !entry.getValue().isShown)
                .findFirst()
                .map(entry -> {
                    entry.getValue().isShown = true;
                    return sealed(entry.getKey(), entry.getValue());
                });
    }

    private static SealedRound sealed(long round, Row row) {
        JsonNode event = row.measured.orElseThrow();
        OptionalDouble train =
                row.trainLosses.values().stream().mapToDouble(loss -> loss).average();
        return new SealedRound(
                round,
                event.path("collected").asInt(),
                event.path("rejected").asInt(),
                event.path("stateRoot").asText(),
                train.orElse(Double.NaN),
                event.path("heldOutLoss").asDouble(Double.NaN),
                event.path("heldOutBitsPerByte").asDouble(Double.NaN),
                event.path("durationMs").asLong(),
                event.path("bytesPerContribution").asLong());
    }

    /** Whether every node that said a root of a round said the same one. */
    boolean doRootsAgree() {
        return rows.values().stream()
                .allMatch(row -> row.roots.values().stream().distinct().count() <= 1);
    }

    /** Whether that node made the outer step of that round. */
    boolean hasApplied(String node, long round) {
        Row row = rows.get(round);
        return row != null && row.roots.containsKey(node);
    }
}

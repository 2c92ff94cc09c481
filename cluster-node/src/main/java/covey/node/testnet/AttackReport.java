package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.score.ScoreFile;
import covey.node.score.ScoreHistory;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a validator's scores say of a testnet's trainers, honest ones and others. */
final class AttackReport {
    private static final Set<String> PENALISED = Set.of("refused", "flagged", "copied");

    private final SortedMap<Hotkey, Integer> rejected = new TreeMap<>();
    private final SortedMap<Hotkey, Long> noticed = new TreeMap<>();
    private final SortedMap<Hotkey, Double> z = new TreeMap<>();
    /** How often each outcome was a trainer's, such as "copied"; with the code where it was refused. */
    private final SortedMap<Hotkey, SortedMap<String, Integer>> outcomes = new TreeMap<>();

    private final Weights weights;

    private AttackReport(Weights weights) {
        this.weights = weights;
    }

    /** Of the file that a validator left; without one nobody has a score. */
    static AttackReport read(Path scores) {
        try {
            ScoreHistory history = new ScoreHistory();
            ScoreFile.open(scores, history).close();
            AttackReport report = new AttackReport(history.weights());
            for (String line : Files.readAllLines(scores)) {
                report.round(new JsonMapper().readTree(line));
            }
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void round(JsonNode line) {
        for (int i = 0; i < line.path("outcomes").size(); i++) {
            JsonNode outcome = line.path("outcomes").get(i);
            JsonNode verdict = line.path("verdicts").path(i);
            Hotkey hotkey = Hotkey.parse(outcome.path("hotkey").asText());
            z.put(hotkey, verdict.path("z").asDouble());
            outcomes.computeIfAbsent(hotkey, _ -> new TreeMap<>()).merge(text(outcome), 1, Integer::sum);
            boolean penalised = PENALISED.contains(outcome.path("outcome").asText())
                    || verdict.path("evidence").asText().equals("failed");
            if (penalised) {
                rejected.merge(hotkey, 1, Integer::sum);
                noticed.putIfAbsent(hotkey, line.path("round").asLong());
            }
        }
    }

    private static String text(JsonNode outcome) {
        String text = outcome.path("outcome").asText();
        return outcome.has("code") ? text + " " + outcome.path("code").asInt() : text;
    }

    /** Adds the fields of design §6. */
    void write(List<NodeSpec> nodes, ObjectNode summary) {
        List<NodeSpec> trainers = nodes.stream().filter(NodeSpec::isTrainer).toList();
        List<NodeSpec> honest =
                trainers.stream().filter(n -> n.hostile().isEmpty()).toList();
        summary.put(
                        "honestRejected",
                        honest.stream()
                                .mapToInt(n -> rejected.getOrDefault(n.hotkey(), 0))
                                .sum())
                .put(
                        "honestWeightShare",
                        honest.stream()
                                .mapToDouble(n -> weights.share(n.hotkey()))
                                .average()
                                .orElse(0));
        ArrayNode attackers = summary.putArray("attackers");
        trainers.stream().filter(n -> n.hostile().isPresent()).forEach(n -> write(n, attackers.addObject()));
        nodes.stream()
                .filter(n -> n.hostile().isPresent() && !n.isTrainer())
                .forEach(n ->
                        attackers.addObject().put("kind", n.hostile().get()).put("node", n.name()));
        ArrayNode honestZ = summary.putArray("honestZ");
        honest.forEach(n -> honestZ.add(z.getOrDefault(n.hotkey(), 0.0)));
    }

    private void write(NodeSpec node, ObjectNode json) {
        json.put("kind", node.hostile().orElseThrow())
                .put("node", node.name())
                .put("rejected", rejected.getOrDefault(node.hotkey(), 0))
                .put("weightShare", weights.share(node.hotkey()))
                .put("noticedRound", noticed.getOrDefault(node.hotkey(), 0L))
                .put("z", z.getOrDefault(node.hotkey(), 0.0));
        ObjectNode counts = json.putObject("outcomes");
        outcomes.getOrDefault(node.hotkey(), new TreeMap<>()).forEach(counts::put);
    }
}

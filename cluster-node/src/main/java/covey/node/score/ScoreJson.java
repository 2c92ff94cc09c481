package covey.node.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Gains;
import covey.protocol.score.LossScore;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.Standing;
import covey.protocol.score.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What happened in a round, and what followed from it, as JSON. Doubles keep all their bits. */
final class ScoreJson {
    private ScoreJson() {}

    static ObjectNode write(ScoreBook.Round round) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("round", round.round()).put("tolerance", round.tolerance());
        ArrayNode agreeing = json.putArray("agreeing");
        round.agreeing().forEach(hotkey -> agreeing.add(hotkey.toString()));
        ArrayNode outcomes = json.putArray("outcomes");
        round.outcomes().forEach(outcome -> write(outcome, outcomes.addObject()));
        return json;
    }

    static void write(Outcome outcome, ObjectNode json) {
        json.put("hotkey", outcome.hotkey().toString()).put("outcome", kind(outcome));
        switch (outcome) {
            case Outcome.Scored o -> {
                write(o.score().own(), json.putObject("own"));
                write(o.score().random(), json.putObject("random"));
            }
            case Outcome.Refused o -> json.put("code", o.code());
            case Outcome.Flagged o -> json.put("finding", o.finding());
            case Outcome.Copied o ->
                json.put("source", o.source().toString())
                        .put("sourceRound", o.sourceRound())
                        .put("overlap", o.overlap());
            case Outcome.Unscored _, Outcome.Missing _ -> {}
        }
    }

    private static String kind(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Scored _ -> "scored";
            case Outcome.Unscored _ -> "unscored";
            case Outcome.Missing _ -> "missing";
            case Outcome.Refused _ -> "refused";
            case Outcome.Flagged _ -> "flagged";
            case Outcome.Copied _ -> "copied";
        };
    }

    private static void write(Gains gains, ObjectNode json) {
        json.put("count", gains.count()).put("mean", gains.mean()).put("squaredError", gains.squaredError());
    }

    /** @throws IllegalArgumentException if it is not what {@link #write} wrote */
    static ScoreBook.Round read(JsonNode json) {
        TreeSet<Hotkey> agreeing = new TreeSet<>();
        json.path("agreeing").forEach(hotkey -> agreeing.add(Hotkey.parse(hotkey.asText())));
        List<Outcome> outcomes = new ArrayList<>();
        json.path("outcomes").forEach(outcome -> outcomes.add(outcome(outcome)));
        return new ScoreBook.Round(
                json.path("round").asLong(),
                outcomes,
                agreeing,
                json.path("tolerance").asDouble());
    }

    private static Outcome outcome(JsonNode json) {
        Hotkey hotkey = Hotkey.parse(json.path("hotkey").asText());
        String kind = json.path("outcome").asText();
        return switch (kind) {
            case "scored" ->
                new Outcome.Scored(hotkey, new LossScore(gains(json.path("own")), gains(json.path("random"))));
            case "unscored" -> new Outcome.Unscored(hotkey);
            case "missing" -> new Outcome.Missing(hotkey);
            case "refused" -> new Outcome.Refused(hotkey, json.path("code").asInt());
            case "flagged" -> new Outcome.Flagged(hotkey, json.path("finding").asText());
            case "copied" ->
                new Outcome.Copied(
                        hotkey,
                        Hotkey.parse(json.path("source").asText()),
                        json.path("sourceRound").asLong(),
                        json.path("overlap").asDouble());
            default -> throw new IllegalArgumentException("outcome: '" + kind + "' (expected: a known one)");
        };
    }

    private static Gains gains(JsonNode json) {
        return new Gains(
                json.path("count").asInt(),
                json.path("mean").asDouble(),
                json.path("squaredError").asDouble());
    }

    /** All that the verdict follows from, and what followed. */
    static ObjectNode write(Verdict verdict) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("round", verdict.round());
        write(verdict.outcome(), json);
        Standing after = verdict.after();
        json.put("z", after.evidence().z())
                .put("evidenceRounds", after.evidence().scores().size())
                .put("evidence", verdict.finding().name().toLowerCase(Locale.ROOT))
                .put("ratingMu", after.rating().mu())
                .put("ratingSigma", after.rating().sigma())
                .put("rating", after.rating().ordinal())
                .put("ratingBefore", verdict.before().rating().ordinal())
                .put("computation", after.computation().average())
                .put("computationFactor", after.computation().factor())
                .put("sync", after.sync())
                .put("trustQ16", after.trust().trustQ16())
                .put("score", after.score())
                .put("scoreBefore", verdict.before().score());
        ArrayNode penalties = json.putArray("penalties");
        verdict.penalties()
                .forEach(p -> penalties.addObject().put("reason", p.reason()).put("factor", p.factor()));
        return json;
    }
}

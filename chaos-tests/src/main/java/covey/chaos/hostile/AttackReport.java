package covey.chaos.hostile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import covey.protocol.inspect.Inspection;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Evidence;
import covey.protocol.score.LossScore;
import covey.protocol.score.Outcome;
import covey.protocol.score.Verdict;
import covey.protocol.score.WeightRule;
import covey.protocol.score.Weights;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a finished run shows: what the cheats cost, when they were noticed and what they earned.
 *
 * @param loss held out, nats a token
 * @param baselineLoss of {@link AttackCase#baseline}
 */
record AttackReport(AttackCase made, AttackRun run, double loss, double baselineLoss) {
    private static final String HEADER =
            "kind            policy             seed    loss  against absent  noticed  applied  weight  honest weight"
                    + "  honest penalised  z of each";

    static String header() {
        return HEADER;
    }

    private boolean isCheat(Hotkey hotkey) {
        return run.trainers().stream()
                .anyMatch(t -> t.hotkey().equals(hotkey) && t.kind().isPresent());
    }

    private boolean isHonest(Hotkey hotkey) {
        return !isCheat(hotkey);
    }

    ObjectNode json() {
        ObjectNode line = JsonOutput.object()
                .put("event", "attack")
                .put("seed", made.seed())
                .put("kind", made.kind())
                .put("policy", made.policy().text())
                .put("heldOutLoss", loss)
                .put("baseline", made.baseline().kind())
                .put("againstBaselinePercent", 100 * (loss / baselineLoss - 1))
                .put("trainMs", run.trainNs() / 1e6)
                .put("scoreMs", run.scoreNs() / 1e6)
                .put("noticedRound", noticed())
                .put("honestPenalised", penalised(this::isHonest).size());
        putShares(line);
        putSide(line.putObject("cheats"), this::isCheat);
        putSide(line.putObject("honest"), this::isHonest);
        return line;
    }

    private void putShares(ObjectNode line) {
        Weights weights = run.book().weights(WeightRule.DEFAULT);
        line.put("weightShare", share(weights, this::isCheat)).put("honestWeightShare", share(weights, this::isHonest));
    }

    private void putSide(ObjectNode side, Predicate<Hotkey> whose) {
        side.put("applied", applied(whose));
        putEvidence(side, whose);
        ArrayNode z = side.putArray("z");
        run.book().standings().forEach((hotkey, standing) -> {
            if (whose.test(hotkey)) {
                z.add(Math.rint(100 * standing.evidence().z()) / 100);
            }
        });
        ObjectNode seen = side.putObject("seen");
        putRange(seen, "norm", whose, Inspection::normRatio);
        putRange(seen, "opposed", whose, Inspection::opposed);
        putRange(seen, "backed", whose, Inspection::backed);
        putRange(seen, "replayed", whose, Inspection::replayed);
        putRange(seen, "repeating", whose, Inspection::repeating);
    }

    /** Contributions that entered θ. */
    private int applied(Predicate<Hotkey> whose) {
        return run.trainers().stream()
                .map(AttackRun.Trainer::hotkey)
                .filter(whose)
                .mapToInt(run::applied)
                .sum();
    }

    private void putRange(
            ObjectNode seen, String name, Predicate<Hotkey> whose, ToDoubleFunction<Inspection> statistic) {
        DoubleSummaryStatistics range = run.inspections().stream()
                .filter(inspection -> whose.test(inspection.hotkey()))
                .mapToDouble(statistic)
                .summaryStatistics();
        if (range.getCount() > 0) {
            seen.putArray(name).add(range.getMin()).add(range.getMax());
        }
    }

    /** All measurements of some trainers: own less random gain in nats a token, its error, and Z of the sum. */
    private void putEvidence(ObjectNode side, Predicate<Hotkey> whose) {
        List<LossScore> scores = run.verdicts().stream()
                .filter(verdict -> whose.test(verdict.hotkey()))
                .flatMap(verdict ->
                        verdict.outcome() instanceof Outcome.Scored o ? Stream.of(o.score()) : Stream.empty())
                .toList();
        double differences = scores.stream().mapToDouble(LossScore::difference).sum();
        double squares = scores.stream().mapToDouble(LossScore::squaredError).sum();
        side.put("scored", scores.size())
                .put("difference", differences / scores.size())
                .put("error", Math.sqrt(squares / scores.size()))
                .put("zOfAll", differences / Math.sqrt(squares))
                .put(
                        "random",
                        scores.stream()
                                .mapToDouble(score -> score.random().mean())
                                .average()
                                .orElse(Double.NaN));
    }

    /** The first round that all cheats were penalised in or before; 0 = some never were. */
    private long noticed() {
        return run.trainers().stream()
                .map(AttackRun.Trainer::hotkey)
                .filter(this::isCheat)
                .mapToLong(hotkey -> penalised(hotkey::equals).stream()
                        .mapToLong(Verdict::round)
                        .min()
                        .orElse(Long.MAX_VALUE))
                .max()
                .stream()
                .filter(round -> round != Long.MAX_VALUE)
                .findFirst()
                .orElse(0);
    }

    private List<Verdict> penalised(Predicate<Hotkey> whose) {
        return run.verdicts().stream()
                .filter(verdict -> whose.test(verdict.hotkey()) && isPenalised(verdict))
                .toList();
    }

    private static boolean isPenalised(Verdict verdict) {
        return switch (verdict.outcome()) {
            case Outcome.Refused _, Outcome.Flagged _, Outcome.Copied _ -> true;
            case Outcome.Scored _ -> verdict.finding() == Evidence.Finding.FAILED;
            case Outcome.Unscored _, Outcome.Missing _ -> false;
        };
    }

    private double share(Weights weights, Predicate<Hotkey> whose) {
        double[] shares = run.trainers().stream()
                .map(AttackRun.Trainer::hotkey)
                .filter(whose)
                .mapToDouble(weights::share)
                .toArray();
        return Arrays.stream(shares).average().orElse(0);
    }

    /** A row of the table under {@link #header}. */
    String text() {
        ObjectNode json = json();
        return String.format(
                Locale.ROOT,
                "%-15s  %-17s  %4d  %.4f  %13.2f%%  %7d  %7d  %6.3f  %13.3f  %16d  %s honest %s",
                made.kind(),
                made.policy().text(),
                made.seed(),
                loss,
                json.path("againstBaselinePercent").asDouble(),
                json.path("noticedRound").asLong(),
                json.path("cheats").path("applied").asInt(),
                json.path("weightShare").asDouble(),
                json.path("honestWeightShare").asDouble(),
                json.path("honestPenalised").asInt(),
                json.path("cheats").path("z"),
                json.path("honest").path("z"));
    }

    /** One line a verdict. */
    List<ObjectNode> verdicts() {
        return run.verdicts().stream().map(this::json).toList();
    }

    private ObjectNode json(Verdict verdict) {
        ObjectNode line = JsonOutput.object()
                .put("event", "verdict")
                .put("seed", made.seed())
                .put("kind", made.kind())
                .put("policy", made.policy().text())
                .put("round", verdict.round())
                .put("hotkey", verdict.hotkey().brief())
                .put("hostile", isCheat(verdict.hotkey()))
                .put("outcome", verdict.outcome().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .put("scored", verdict.after().evidence().scores().size())
                .put("z", verdict.after().evidence().z())
                .put("score", verdict.after().score());
        if (verdict.outcome() instanceof Outcome.Scored o) {
            line.put("difference", o.score().difference())
                    .put("error", Math.sqrt(o.score().squaredError()))
                    .put("random", o.score().random().mean());
        }
        verdict.penalties().forEach(p -> line.withArray("penalties").add(p.reason()));
        return line;
    }
}

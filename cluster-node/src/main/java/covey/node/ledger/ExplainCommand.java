package covey.node.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.NodeApi;
import covey.node.cli.Verb;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Why a trainer has the score and weight that a validator gives it, and what it was paid. */
@Command(
        name = "explain",
        description = "Prints a validator's verdicts on a trainer, and its payouts, with all that they follow from.",
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "PEER", description = "The trainer's hotkey, or how it begins.")
    private String peer = "";

    @Option(names = "--payouts", description = "Its payments too, from the re-executed ledger of the node's run.")
    private boolean payouts;

    @Mixin
    private NodeApi node = new NodeApi();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        String prefix = peer.toLowerCase(Locale.ROOT);
        if (!prefix.matches("[0-9a-f]{1,64}")) {
            throw new CommandFailed("PEER: '" + peer + "' (expected: a hotkey in hexadecimal, or how it begins)");
        }
        JsonNode verdicts = node.get("explain/" + prefix);
        if (json.wanted()) {
            json.print(spec, verdicts);
        } else {
            printAll(spec.commandLine().getOut(), verdicts);
        }
        if (payouts) {
            LedgerSource.of(node).run((payment, before, after) -> {
                if (payment.hotkey().toString().startsWith(prefix)) {
                    new Payout(payment, before, after).print(spec, json);
                }
            });
        }
        return Covey.DONE;
    }

    private static void printAll(PrintWriter out, JsonNode verdicts) {
        if (verdicts.isEmpty()) {
            out.println("no verdict: not a trainer, not yet scored, or this node scores nobody");
        }
        verdicts.forEach(verdict -> print(out, verdict));
        out.flush();
    }

    /** As one would compute it again. */
    private static void print(PrintWriter out, JsonNode v) {
        out.printf(
                Locale.ROOT,
                "round %d  %.8s  %s%s%n",
                v.path("round").asLong(),
                v.path("hotkey").asText(),
                v.path("outcome").asText(),
                detail(v));
        out.printf(
                Locale.ROOT,
                "  evidence: Z %.2f over %d rounds (passes from 2): %s, trust %d/65536%n",
                v.path("z").asDouble(),
                v.path("evidenceRounds").asInt(),
                v.path("evidence").asText(),
                v.path("trustQ16").asInt());
        out.printf(
                Locale.ROOT,
                "  score %.4f = rating %.4f (mu %.4f - 3 x sigma %.4f) x computation %.4f x sync %.4f, before: %.4f%n",
                v.path("score").asDouble(),
                v.path("rating").asDouble(),
                v.path("ratingMu").asDouble(),
                v.path("ratingSigma").asDouble(),
                v.path("computationFactor").asDouble(),
                v.path("sync").asDouble(),
                v.path("scoreBefore").asDouble());
        v.path("penalties")
                .forEach(p -> out.printf(
                        Locale.ROOT,
                        "  penalty: x %.2f, %s%n",
                        p.path("factor").asDouble(),
                        p.path("reason").asText()));
        if (v.has("weight")) {
            out.printf(
                    Locale.ROOT,
                    "  weight %d, %.2f%% of all%n",
                    v.path("weight").asInt(),
                    100 * v.path("weightShare").asDouble());
        }
    }

    private static String detail(JsonNode v) {
        return switch (v.path("outcome").asText()) {
            case "scored" ->
                String.format(
                        Locale.ROOT,
                        ": own samples %+.3e nats (SE %.1e), others %+.3e (SE %.1e)",
                        v.path("own").path("mean").asDouble(),
                        Math.sqrt(v.path("own").path("squaredError").asDouble()),
                        v.path("random").path("mean").asDouble(),
                        Math.sqrt(v.path("random").path("squaredError").asDouble()));
            case "copied" ->
                String.format(
                        Locale.ROOT,
                        ": %.0f%% of the coordinates of %.8s in round %d",
                        100 * v.path("overlap").asDouble(),
                        v.path("source").asText(),
                        v.path("sourceRound").asLong());
            default -> "";
        };
    }
}

package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A line a round; on a terminal also a live line at the bottom that shows what each node does. */
final class TextOutput implements TestnetOutput {
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final int ROOT_DIGITS = 8;

    private final PrintWriter out;
    private final boolean isTerminal;
    private final int width;
    private final SortedMap<String, String> doing = new TreeMap<>();
    private boolean hasHeader;

    /** @param width columns of the terminal; only used on one */
    TextOutput(PrintWriter out, boolean isTerminal, int width) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.width = width;
    }

    private void line(String text) {
        out.println((isTerminal ? CLEAR_LINE : "") + text);
        showLive();
    }

    private void showLive() {
        if (isTerminal) {
            String live = doing.entrySet().stream()
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(" | "));
            out.print(CLEAR_LINE + live.substring(0, Math.min(live.length(), width - 1)));
        }
        out.flush();
    }

    @Override
    public void nodeStarted(ObjectNode event) {
        doing.put(event.path("node").asText(), "joining");
        line(String.format(
                Locale.ROOT,
                "%-12s %-10s %s%s",
                event.path("node").asText(),
                event.path("role").asText(),
                event.path("managementUrl").asText(),
                event.path("seed").isTextual() ? "  seed " + event.path("seed").asText() : ""));
    }

    @Override
    public void roundSealed(RoundBoard.SealedRound round) {
        if (!hasHeader) {
            hasHeader = true;
            line("round  collected  rejected  train loss  held-out loss  bits/byte  seconds  KB each  state root");
        }
        line(String.format(
                Locale.ROOT,
                "%5d  %9d  %8d  %10.4f  %13.4f  %9.4f  %7.1f  %7.1f  %s",
                round.round(),
                round.collected(),
                round.rejected(),
                round.trainLoss(),
                round.heldOutLoss(),
                round.heldOutBitsPerByte(),
                round.durationMs() / 1e3,
                round.bytesPerContribution() / 1e3,
                round.stateRoot()
                        .substring(0, Math.min(ROOT_DIGITS, round.stateRoot().length()))));
    }

    @Override
    public void fault(ObjectNode event) {
        line("fault: " + event.path("kind").asText() + " " + event.path("node").asText() + " in "
                + event.path("phase").asText() + " of round "
                + event.path("round").asLong() + " at "
                + event.path("point").asText());
    }

    @Override
    public void progress(NodeSpec node, JsonNode event) {
        switch (event.path("event").asText()) {
            case "phase" ->
                doing.put(
                        node.name(),
                        event.path("phase").asText() + " r"
                                + event.path("round").asLong());
            case "inner-step" ->
                doing.put(
                        node.name(),
                        String.format(
                                Locale.ROOT,
                                "TRAIN r%d %d %.3f %.0f tok/s",
                                event.path("round").asLong(),
                                event.path("step").asLong(),
                                event.path("trainLoss").asDouble(),
                                event.path("tokensPerSecond").asDouble()));
            default -> {
                return;
            }
        }
        if (isTerminal) {
            showLive();
        }
    }

    @Override
    public void warning(String line) {
        line("warning: " + line);
    }

    @Override
    public void summary(ObjectNode summary) {
        doing.clear();
        line("");
        summary.properties().stream()
                .filter(field -> !field.getKey().equals("event"))
                .forEach(field -> line(String.format(
                        Locale.ROOT,
                        "%-24s %s",
                        field.getKey(),
                        field.getValue().isTextual()
                                ? field.getValue().asText()
                                : field.getValue().toString())));
    }
}

package covey.chaos.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.judge.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What the nodes of a run said, and when: seals, who has caught up, who ended by itself. Used by one thread. */
final class Observed implements Fleet.Listener {
    private static final Set<String> BEHIND = Set.of("APPLY", "FETCH", "WAIT");

    private final RunClock clock;
    private final Fleet fleet;
    private final History history;
    private final RoundTimes rounds = new RoundTimes();
    private final List<Blow> blows = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private Consumer<LiveNode> onStarted = _ -> {};
    private BiConsumer<LiveNode, JsonNode> onPoint = (_, _) -> {};

    Observed(RunClock clock, Fleet fleet, History history) {
        this.clock = clock;
        this.fleet = fleet;
        this.history = history;
    }

    /** @param point a node waits at a crash point */
    void on(Consumer<LiveNode> started, BiConsumer<LiveNode, JsonNode> point) {
        onStarted = started;
        onPoint = point;
    }

    @Override
    public void said(LiveNode node, JsonNode event) {
        long round = event.path("round").asLong();
        switch (event.path("event").asText()) {
            case "started" -> started(node, event);
            case "sealed" -> sealed(node, round, event);
            case "applied" -> node.appliedRound = Math.max(node.appliedRound, round);
            case "phase" -> phase(node, round, event);
            case "crash-point" -> onPoint.accept(node, event);
            case "halted" -> halted(node, event.path("reason").asText());
            case "failure", "cluster-ended" ->
                tell(event.path("event").asText(), node, event.path("reason").asText());
            default -> {}
        }
    }

    private void started(LiveNode node, JsonNode event) {
        history.tell(history.line("node-started")
                .put("node", node.name())
                .put("role", node.spec.mainRole().name().toLowerCase(Locale.ROOT))
                .put("pid", event.path("pid").asLong())
                .put("managementUrl", event.path("managementUrl").asText()));
        onStarted.accept(node);
    }

    private void sealed(LiveNode node, long round, JsonNode event) {
        long nowMs = clock.ofWall(event.path("timeMs").asLong());
        long lastMs = rounds.lastMs();
        if (!rounds.isNew(round, nowMs)) {
            return;
        }
        history.tell(history.line("round-sealed")
                .put("round", round)
                .put("collected", event.path("collected").asLong())
                .put("rejected", event.path("rejected").asLong())
                .put("durationMs", nowMs - lastMs)
                .put("saidBy", node.name()));
        blows.stream()
                .filter(blow -> blow.nextSealMs < 0 && blow.startMs <= nowMs)
                .forEach(blow -> blow.nextSealMs = nowMs);
    }

    /** What it said before its fault was over, and is heard only now, does not count. */
    private void phase(LiveNode node, long round, JsonNode event) {
        long saidMs = clock.ofWall(event.path("timeMs").asLong());
        boolean isSince =
                node.blow.map(blow -> blow.endMs >= 0 && saidMs >= blow.endMs).orElse(saidMs >= node.startedMs);
        if (node.isCatchingUp && isSince && !BEHIND.contains(event.path("phase").asText()) && round > rounds.last()) {
            history.tell(history.line("caught-up")
                    .put("node", node.name())
                    .put("round", round)
                    .put("sinceStartMs", saidMs - node.startedMs));
            node.hasCaughtUp(saidMs);
        }
    }

    private void halted(LiveNode node, String reason) {
        findings.add(new Finding("halted", node.name() + ": " + reason));
        tell("halted", node, reason);
    }

    private void tell(String event, LiveNode node, String reason) {
        history.tell(history.line(event).put("node", node.name()).put("reason", reason));
    }

    @Override
    public void ended(LiveNode node, int exitCode) {
        if (node.wasKilled || node.isGone) {
            return;
        }
        ObjectNode line = history.line("node-ended").put("node", node.name()).put("exitCode", exitCode);
        history.tell(line.put("excused", node.isExcused));
        if (!node.isExcused) {
            findings.add(new Finding(
                    "ended-by-itself", node.name() + ": exit code " + exitCode + "; see " + node.spec.errors()));
        }
    }

    /** A process' time can't be read once it is gone. */
    @Override
    public void looked() {
        fleet.all().forEach(LiveNode::cpuNs);
    }

    void add(Blow blow) {
        blows.add(blow);
    }

    /** It did not strike after all. */
    void drop(Blow blow) {
        blows.remove(blow);
    }

    RoundTimes rounds() {
        return rounds;
    }

    List<Blow> blows() {
        return List.copyOf(blows);
    }

    /** Of what could be seen while it ran. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }
}

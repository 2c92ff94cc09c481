package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.config.FaultPlan;
import covey.node.config.FaultPlan.Strike;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs the processes of a testnet until its rounds are sealed and applied everywhere. One thread, {@link #run}'s, does
 * all; {@link #stop} may be called from any.
 */
final class Testnet {
    /** Nothing new from anybody for so long ends a testnet that hangs. */
    private static final long SILENCE_MAX_MS = 300_000;

    private static final int RESTARTS_MAX = 3;

    private sealed interface Happening {
        record Said(NodeSpec node, JsonNode event) implements Happening {}

        record Ended(NodeSpec node, Process process) implements Happening {}

        record Warned(String line) implements Happening {}

        record Stop() implements Happening {}
    }

    private final TestnetOptions options;
    private final TestnetSetup setup;
    private final TestnetOutput output;
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final SortedMap<String, ChildNode> children = new TreeMap<>();
    private final SortedMap<String, Integer> unwantedEnds = new TreeMap<>();
    private final List<RoundBoard.SealedRound> sealed = new ArrayList<>();
    private final RoundBoard board = new RoundBoard();
    private final ArrayNode faults = JsonNodeFactory.instance.arrayNode();
    private final SortedSet<Long> struckRounds = new TreeSet<>();
    private FaultPlan plan;
    private long firstRoundMs = -1;
    private long peakResidentBytes;
    private boolean isInterrupted;

    Testnet(TestnetOptions options, TestnetSetup setup, TestnetOutput output) {
        this.options = options;
        this.setup = setup;
        this.output = output;
        List<String> trainers = setup.nodes().stream()
                .filter(NodeSpec::isTrainer)
                .map(NodeSpec::name)
                .toList();
        this.plan = options.chaosSeed().isPresent()
                ? FaultPlan.draw(options.chaosSeed().getAsLong(), trainers, options.rounds())
                : FaultPlan.NONE;
    }

    /** Ends the run as soon as possible. */
    void stop() {
        happenings.add(new Happening.Stop());
    }

    /** Starts all nodes and returns when all is done or {@link #stop} was called; no process is left. */
    void run(long startMs) throws IOException, InterruptedException {
        try (MechanismSale sale = sale()) {
            for (NodeSpec node : setup.nodes()) {
                start(node);
            }
            sale.start();
            while (!isDone()) {
                Happening happening = happenings.poll(SILENCE_MAX_MS, TimeUnit.MILLISECONDS);
                if (happening == null) {
                    throw new CommandFailed("testnet: silent for " + SILENCE_MAX_MS / 1000
                            + " s (expected: progress; see stderr.log in " + directory() + ")");
                }
                handle(happening, startMs);
            }
        } finally {
            endAll();
        }
    }

    private MechanismSale sale() {
        return new MechanismSale(
                setup,
                options.tempo().orElse(0),
                options.scorers(),
                line -> happenings.add(new Happening.Warned(line)));
    }

    private void start(NodeSpec node) throws IOException {
        plan.of(node.name()).write(node.faultPlan());
        children.put(
                node.name(),
                ChildNode.start(
                        node,
                        List.of(),
                        options.heapMb(),
                        (spec, event) -> happenings.add(new Happening.Said(spec, event)),
                        (spec, process) -> happenings.add(new Happening.Ended(spec, process))));
    }

    private boolean isDone() {
        return isInterrupted
                || sealed.size() >= options.rounds() && setup.nodes().stream().allMatch(this::isDone);
    }

    /** Nobody waits for a cheat, which its own node may stop. */
    private boolean isDone(NodeSpec node) {
        return node.hostile().isPresent() || board.hasApplied(node.name(), options.rounds());
    }

    private void handle(Happening happening, long startMs) throws IOException {
        switch (happening) {
            case Happening.Said said -> heard(said.node(), said.event(), startMs);
            case Happening.Ended ended -> ended(ended.node(), ended.process());
            case Happening.Warned warned -> output.warning(warned.line());
            case Happening.Stop _ -> isInterrupted = true;
        }
    }

    private void heard(NodeSpec node, JsonNode event, long startMs) {
        switch (event.path("event").asText()) {
            case "started" -> started(node, event);
            case "trained" -> board.trained(node.name(), event);
            case "sealed" -> sealed(startMs);
            case "applied" -> applied(node, event);
            case "crash-point" -> strike(node, event);
            case "halted", "failure" ->
                output.warning(node.name() + ": " + event.path("reason").asText());
            default -> {}
        }
        output.progress(node, event);
    }

    private void started(NodeSpec node, JsonNode event) {
        ObjectNode started = JsonNodeFactory.instance.objectNode();
        started.put("event", "node-started")
                .put("node", node.name())
                .put("role", node.mainRole().name().toLowerCase(Locale.ROOT))
                .put("hotkey", node.hotkey().toString())
                .put("pid", event.path("pid").asLong())
                .put("managementUrl", event.path("managementUrl").asText())
                .put("seed", setup.door());
        output.nodeStarted(started);
    }

    private void sealed(long startMs) {
        if (firstRoundMs < 0) {
            firstRoundMs = System.currentTimeMillis() - startMs;
        }
    }

    private void applied(NodeSpec node, JsonNode event) {
        board.applied(node.name(), event, node.isValidator());
        for (Optional<RoundBoard.SealedRound> next = board.takeSealed(); next.isPresent(); next = board.takeSealed()) {
            RoundBoard.SealedRound round = next.get();
            if (round.round() <= options.rounds()) {
                sealed.add(round);
                output.roundSealed(round);
            }
            skipUnreached(round.round());
        }
        peakResidentBytes = Math.max(
                peakResidentBytes,
                children.values().stream().mapToLong(ChildNode::residentBytes).sum());
    }

    /** The victim has announced the point and waits there. */
    private void strike(NodeSpec node, JsonNode event) {
        long round = event.path("round").asLong();
        plan.of(node.name()).strikes().stream()
                .filter(strike -> strike.round() == round
                        && strike.point().name().equals(event.path("point").asText()))
                .findFirst()
                .ifPresent(strike -> {
                    plan = plan.without(strike);
                    struckRounds.add(round);
                    record(strike, strike.kind());
                    ChildNode victim = children.get(node.name());
                    if (victim != null) {
                        victim.kill();
                    }
                });
    }

    /** Rule G1: a point that was not reached by its round's end. */
    private void skipUnreached(long sealedRound) {
        for (Strike strike : plan.strikes()) {
            if (strike.round() <= sealedRound) {
                plan = plan.without(strike);
                record(strike, "skipped");
            }
        }
    }

    private void record(Strike strike, String kind) {
        ObjectNode fault = JsonNodeFactory.instance.objectNode();
        fault.put("event", "fault")
                .put("kind", kind)
                .put("node", strike.node())
                .put("round", strike.round())
                .put("phase", strike.point().phase())
                .put("point", strike.point().name());
        faults.add(fault.deepCopy().without("event"));
        output.fault(fault);
    }

    private void ended(NodeSpec node, Process process) throws IOException {
        ChildNode child = children.get(node.name());
        if (isDone() || child == null || !child.process().equals(process)) {
            return;
        }
        child.awaitEnd();
        boolean wasStruck = process.exitValue() == 137;
        if (!wasStruck) {
            output.warning(node.name() + " ended with code " + process.exitValue() + "; see " + node.errors());
            if (unwantedEnds.merge(node.name(), 1, Integer::sum) > RESTARTS_MAX) {
                if (node.hostile().isPresent()) {
                    return;
                }
                throw new CommandFailed(node.name() + ": ended " + (RESTARTS_MAX + 1) + " times (expected: to run; see "
                        + node.errors() + ")");
            }
        }
        start(node);
    }

    private void endAll() {
        children.values().forEach(ChildNode::stop);
        children.values().forEach(ChildNode::awaitEnd);
        setup.nodes().forEach(node -> LeftOvers.delete(node.directory()));
    }

    private Path directory() {
        Path parent = setup.nodes().getFirst().directory().getParent();
        return parent == null ? Path.of(".") : parent;
    }

    boolean isInterrupted() {
        return isInterrupted;
    }

    /** Whether all that was asked for came true. */
    boolean isGood() {
        return sealed.size() >= options.rounds() && board.doRootsAgree() && lostRounds() == 0;
    }

    /** Rule D12: not sealed, or sealed empty though nobody was killed with what could have been fetched. */
    private long lostRounds() {
        long empty = sealed.stream()
                .filter(round -> round.collected() == 0 && !struckRounds.contains(round.round()))
                .count();
        return options.rounds() - sealed.size() + empty;
    }

    ObjectNode summary(double order2BitsPerByte) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        summary.put("event", "summary")
                .put("rounds", sealed.size())
                .put("lostRounds", lostRounds())
                .put("stateRootsAgree", board.doRootsAgree());
        JsonLines.putNumber(summary, "firstHeldOutLoss", heldOut(0));
        JsonLines.putNumber(summary, "lastHeldOutLoss", heldOut(sealed.size() - 1));
        if (!sealed.isEmpty()) {
            JsonLines.putNumber(
                    summary, "lastHeldOutBitsPerByte", sealed.getLast().heldOutBitsPerByte());
        }
        JsonLines.putNumber(summary, "order2BitsPerByte", order2BitsPerByte);
        JsonLines.putNumber(summary, "compressionRatio", compressionRatio());
        summary.put("firstRoundMs", firstRoundMs);
        summary.set("faults", faults);
        if (!options.attackers().equals(Attackers.NONE)) {
            NodeSpec judge = setup.nodes().getFirst();
            AttackReport.read(judge.directory().resolve("scores.jsonl")).write(setup.nodes(), summary);
        }
        if (options.tempo().isPresent()) {
            PayReport.of(setup.nodes().getFirst()).write(setup.nodes(), summary);
        }
        summary.put("peakResidentBytes", peakResidentBytes)
                .put("dir", directory().toString());
        summary.put(
                "checkpointDir",
                setup.nodes().getFirst().directory().resolve("checkpoint").toString());
        ArrayNode journals = summary.putArray("journals");
        setup.nodes()
                .forEach(
                        node -> journals.add(node.directory().resolve("journal").toString()));
        return summary;
    }

    private double heldOut(int index) {
        return index >= 0 && index < sealed.size() ? sealed.get(index).heldOutLoss() : Double.NaN;
    }

    /** Rule H5: dense fp32 bytes over the encoded contribution with its header. */
    private double compressionRatio() {
        double bytes = sealed.stream()
                .filter(round -> round.bytesPerContribution() > 0)
                .mapToLong(RoundBoard.SealedRound::bytesPerContribution)
                .average()
                .orElse(Double.NaN);
        return 4.0 * options.preset().shape().parameterCount() / bytes;
    }
}

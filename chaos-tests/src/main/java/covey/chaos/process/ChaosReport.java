package covey.chaos.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.judge.Finding;
import covey.chaos.process.ChaosRun.Result;
import covey.node.testnet.NodeSpec;
import covey.protocol.model.Hotkey;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a run under faults cost, against its twin without any where there is one. */
final class ChaosReport {
    /** How a kind of fault, done to a kind of node, went. */
    private static final class Group {
        private final Spread nextSeal = new Spread();
        /** How much longer the struck round was than a quiet one. */
        private final Spread excess = new Spread();

        private final Spread absent = new Spread();
        private final Spread otherWriter = new Spread();
        private final Spread catchUp = new Spread();
        private int count;
    }

    private final Result run;
    private final Optional<Result> twin;
    private final SortedMap<String, Group> groups = new TreeMap<>();
    private final long quietRoundMs;

    ChaosReport(Result run, Optional<Result> twin) {
        this.run = run;
        this.twin = twin;
        Result calm = twin.orElse(run);
        this.quietRoundMs = (quiet(calm).count() == 0 ? lengths(calm) : quiet(calm)).quantileMs(0.5);
        run.blows().forEach(this::count);
    }

    private void count(Blow blow) {
        Group group = groups.computeIfAbsent(blow.group(), _ -> new Group());
        group.count++;
        if (blow.nextSealMs >= 0) {
            group.nextSeal.add(blow.nextSealMs - blow.startMs);
            group.excess.add(Math.max(0, blow.nextSealMs - blow.sealedMs - quietRoundMs));
        }
        if (blow.caughtUpMs >= 0) {
            group.catchUp.add(blow.caughtUpMs - blow.endMs);
        }
        absent(blow).ifPresent(ms -> group.absent.add(ms - blow.startMs));
        otherWriter(blow).ifPresent(ms -> group.otherWriter.add(ms - blow.startMs));
    }

    /** When a block first said that nobody need wait for the victim, while it suffered. */
    private OptionalLong absent(Blow blow) {
        NodeSpec victim = run.nodes().get(blow.node);
        return victim == null || !victim.isTrainer()
                ? OptionalLong.empty()
                : run.seen().stream()
                        .filter(block -> block.ms() >= blow.startMs && block.ms() <= endOf(blow))
                        .filter(block -> block.absent().contains(victim.hotkey()))
                        .mapToLong(FolderWatch.Seen::ms)
                        .findFirst();
    }

    private OptionalLong otherWriter(Blow blow) {
        if (!blow.isWriter) {
            return OptionalLong.empty();
        }
        int before = run.seen().stream()
                .filter(block -> block.ms() < blow.startMs)
                .mapToInt(FolderWatch.Seen::proposer)
                .reduce((_, last) -> last)
                .orElse(-1);
        return run.seen().stream()
                .filter(block -> block.ms() >= blow.startMs && block.ms() <= endOf(blow) && block.proposer() != before)
                .mapToLong(FolderWatch.Seen::ms)
                .findFirst();
    }

    private static long endOf(Blow blow) {
        return blow.caughtUpMs >= 0 ? blow.caughtUpMs : Long.MAX_VALUE;
    }

    private static Spread lengths(Result result) {
        Spread spread = new Spread();
        for (long round : result.stormRounds()) {
            result.rounds().lengthMs(round).ifPresent(spread::add);
        }
        return spread;
    }

    /** Of rounds during which nobody suffered from a fault. */
    private static Spread quiet(Result result) {
        Spread spread = new Spread();
        for (long round : result.stormRounds()) {
            Long endMs = result.rounds().sealedMs().get(round);
            Long fromMs = result.rounds().sealedMs().get(round - 1);
            if (endMs != null && fromMs != null && isQuiet(result, fromMs, endMs)) {
                spread.add(endMs - fromMs);
            }
        }
        return spread;
    }

    private static boolean isQuiet(Result result, long fromMs, long endMs) {
        return result.blows().stream().noneMatch(blow -> blow.startMs < endMs && endOf(blow) > fromMs);
    }

    /** Statements that a trainer is absent which suffered from nothing. */
    private static long falseAbsences(Result result) {
        return result.seen().stream()
                .flatMap(block -> block.absent().stream()
                        .filter(hotkey -> result.blows().stream()
                                .noneMatch(blow -> block.ms() >= blow.startMs
                                        && block.ms() <= endOf(blow)
                                        && isHit(result, blow, hotkey))))
                .count();
    }

    private static boolean isHit(Result result, Blow blow, Hotkey hotkey) {
        return blow.node.isEmpty()
                || blow.hit.stream()
                        .anyMatch(name -> Optional.ofNullable(result.nodes().get(name))
                                .filter(node -> node.hotkey().equals(hotkey))
                                .isPresent());
    }

    /** The share of the trainers' time in which they suffered from a fault of their own. */
    private double downShare() {
        double downMs = run.blows().stream()
                .mapToLong(blow -> (Math.min(endOf(blow), run.storm().toMs()) - blow.startMs) * trainersHit(blow))
                .sum();
        return downMs / (run.stormSeconds() * 1e3 * run.options().trainers());
    }

    private long trainersHit(Blow blow) {
        return blow.hit.stream()
                .flatMap(name -> Optional.ofNullable(run.nodes().get(name)).stream())
                .filter(NodeSpec::isTrainer)
                .count();
    }

    private static double rate(Result result) {
        return result.stormTokens() / result.stormSeconds();
    }

    /** Against the twin. */
    private double goodput(Result other) {
        return rate(run) / rate(other);
    }

    /** Without what the victims would have made, and what their new starts took from the others. */
    private double netGoodput(Result other) {
        double restarts = run.restartCpuSeconds() / run.cpuSeconds();
        return goodput(other) / ((1 - downShare()) * (1 - restarts));
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", "report").put("good", run.findings().isEmpty());
        ArrayNode findings = json.putArray("findings");
        run.findings().forEach(finding -> findings.add(finding.toString()));
        putRun(json.putObject("run"), run);
        twin.ifPresent(other -> {
            putRun(json.putObject("twin"), other);
            json.put("goodput", goodput(other))
                    .put("goodputOfRunning", goodput(other) / (1 - downShare()))
                    .put("netGoodput", netGoodput(other));
        });
        json.put("downShare", downShare()).put("quietRoundMs", quietRoundMs);
        ObjectNode kinds = json.putObject("faults");
        groups.forEach((name, group) -> {
            ObjectNode one = kinds.putObject(name).put("count", group.count);
            group.nextSeal.put(one, "nextSeal");
            group.excess.put(one, "excess");
            group.absent.put(one, "absent");
            group.otherWriter.put(one, "otherWriter");
            group.catchUp.put(one, "catchUp");
        });
        newcomers().forEach(line -> json.withArray("newcomers").add(line));
        return json;
    }

    private static void putRun(ObjectNode into, Result result) {
        into.put("seconds", result.stormSeconds())
                .put("sealedRounds", result.stormRounds().size())
                .put("allRounds", result.judgement().rounds())
                .put("emptyRounds", result.judgement().emptyRounds().size())
                .put("contributions", result.judgement().contributions())
                .put("tokens", result.stormTokens())
                .put("cpuSeconds", result.cpuSeconds())
                .put("restartCpuSeconds", result.restartCpuSeconds())
                .put("falseAbsences", falseAbsences(result));
        lengths(result).put(into, "roundLength");
        quiet(result).put(into, "quietRoundLength");
    }

    /** Each newcomer: when it had caught up, and when its first contribution was sealed; rounds of others meanwhile. */
    private List<ObjectNode> newcomers() {
        List<ObjectNode> lines = new ArrayList<>();
        for (Blow blow : run.blows()) {
            if (blow.plan.kind() == FaultKind.JOIN) {
                lines.add(newcomer(blow, "newcomer-" + (lines.size() + 1)));
            }
        }
        return lines;
    }

    private ObjectNode newcomer(Blow blow, String name) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("node", name);
        line.put("sealedAtStart", blow.sealedRound);
        if (blow.caughtUpMs >= 0) {
            line.put("caughtUpMs", blow.caughtUpMs - blow.startMs);
        }
        Long first = run.judgement().firstSealedByNode().get(name);
        Long sealedMs = first == null ? null : run.rounds().sealedMs().get(first);
        if (first != null && sealedMs != null) {
            line.put("firstSealedRound", first).put("acceptedMs", sealedMs - blow.startMs);
            if (blow.caughtUpMs >= 0) {
                line.put("roundsAfterCatchUp", first - sealedBy(blow.caughtUpMs));
            }
            meanwhile(blow, sealedMs).put(line, "roundLength");
        }
        return line;
    }

    /** The last round that was sealed by then. */
    private long sealedBy(long ms) {
        return run.rounds().between(0, ms).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private Spread meanwhile(Blow blow, long acceptedMs) {
        Spread spread = new Spread();
        for (long round : run.rounds().between(blow.startMs, acceptedMs)) {
            run.rounds().lengthMs(round).ifPresent(spread::add);
        }
        return spread;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%nstorm of %.0f s: %d rounds sealed, %d of them empty, round length %s (p50 / p95), of quiet ones"
                        + " %s%n",
                run.stormSeconds(),
                run.stormRounds().size(),
                run.judgement().emptyRounds().size(),
                lengths(run).text(),
                quiet(run).text());
        out.printf(
                Locale.ROOT,
                "processor %.0f s, of it %.0f s of JVMs that started again; victims' share of trainers' time %.1f %%%n",
                run.cpuSeconds(),
                run.restartCpuSeconds(),
                100 * downShare());
        twin.ifPresent(other -> out.printf(
                Locale.ROOT,
                "goodput against the twin %.3f (%.0f of %.0f tokens a second), of those that ran %.3f, "
                        + "net of new starts too %.3f; twin's rounds %s%n",
                goodput(other),
                rate(run),
                rate(other),
                goodput(other) / (1 - downShare()),
                netGoodput(other),
                lengths(other).text()));
        out.println("fault                        count  to next seal     round longer by  said absent      next writer"
                + "      caught up after");
        groups.forEach((name, group) -> out.printf(
                Locale.ROOT,
                "%-28s %5d  %-15s  %-15s  %-15s  %-15s  %-15s%n",
                name,
                group.count,
                group.nextSeal.text(),
                group.excess.text(),
                group.absent.text(),
                group.otherWriter.text(),
                group.catchUp.text()));
        newcomers().forEach(line -> out.println("newcomer " + line));
        out.println("false absences " + falseAbsences(run));
        for (Finding finding : run.findings()) {
            out.println("VIOLATION " + finding);
        }
        out.println(run.findings().isEmpty() ? "no violation" : run.findings().size() + " violations");
        out.flush();
    }
}

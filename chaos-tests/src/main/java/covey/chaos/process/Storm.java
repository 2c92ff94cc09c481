package covey.chaos.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.means.Namespaces;
import covey.chaos.means.Neighbours;
import covey.chaos.means.SmallDisk;
import covey.chaos.process.StormPlan.PlannedFault;
import covey.node.config.FaultPlan;
import covey.node.testnet.NodeSpec;
import covey.protocol.port.FaultPoints.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Does the faults of a plan to the processes of a run. Used by one thread. */
final class Storm {
    private static final long POSTPONE_MS = 250;
    private static final long POSTPONE_MAX_MS = 30_000;
    private static final int LOOP_KILLS = 3;
    private static final long REFILL_MS = 300;
    /** A crash point must be reached in one of so many rounds, within so much time. */
    private static final int POINT_ROUNDS = 4;

    private static final long POINT_MAX_MS = 60_000;
    /** Each is one more JVM on this machine. */
    private static final int NEWCOMERS_MAX = 1;
    /** What a wiped node keeps. */
    private static final Set<String> KEPT =
            Set.of("hotkey.key", "coldkey.key", "node.conf", "faults.json", "stderr.log");

    /**
     * What it works on.
     *
     * @param names of the nodes in the order of their network namespaces
     * @param newcomer makes the folder of a trainer of that name whom nobody knows yet
     */
    record Parts(
            RunClock clock,
            Timetable timetable,
            Fleet fleet,
            History history,
            FolderWatch watch,
            Observed observed,
            Crew crew,
            Means means,
            Supplier<List<String>> names,
            Function<String, NodeSpec> newcomer) {}

    private final Parts parts;
    private final Neighbours neighbours = new Neighbours();
    private final Deque<LiveNode> newcomers = new ArrayDeque<>();
    private int newcomerCount;
    private int openCount;
    private boolean isOver;

    Storm(Parts parts) {
        this.parts = parts;
        parts.observed().on(this::started, this::reached);
    }

    /** From now on faults strike at their times. */
    void begin(StormPlan plan) {
        plan.faults().forEach(fault -> parts.timetable().after(fault.atMs(), () -> strike(fault, 0)));
    }

    /** No fault strikes any more; those that do end at their time. */
    void end() {
        isOver = true;
    }

    /** Whether every fault has ended. */
    boolean isCalm() {
        return isOver && openCount == 0;
    }

    private void strike(PlannedFault fault, long waitedMs) {
        if (isOver) {
            return;
        }
        Optional<LiveNode> victim = victim(fault);
        if (victim.filter(this::isSpared).isPresent()
                || victim.isEmpty() && !fault.victim().isEmpty()) {
            if (waitedMs < POSTPONE_MAX_MS) {
                parts.timetable().after(POSTPONE_MS, () -> strike(fault, waitedMs + POSTPONE_MS));
            } else {
                skipped(fault, "its victim still suffers from another fault");
            }
            return;
        }
        strike(fault, victim);
    }

    private Optional<LiveNode> victim(PlannedFault fault) {
        return switch (fault.victim()) {
            case "" -> Optional.empty();
            case StormPlan.WRITER -> writer();
            case StormPlan.HALF, StormPlan.MOST ->
                Optional.of(parts.fleet().node(parts.crew().authorities().getLast()));
            case StormPlan.OLDEST ->
                parts.fleet().all().stream()
                        .filter(node -> node.isUp() && !node.isFrozen)
                        .min(Comparator.comparingLong(node -> node.startedMs));
            default -> Optional.of(parts.fleet().node(fault.victim()));
        };
    }

    private Optional<LiveNode> writer() {
        var index = parts.watch().writer();
        return index.isEmpty()
                ? Optional.empty()
                : Optional.of(parts.fleet().node(parts.crew().authorities().get(index.getAsInt())));
    }

    /** One of a kind at a time: a majority must be left, or nothing that is asked of Covey would be promised. */
    private boolean isSpared(LiveNode victim) {
        Crew crew = parts.crew();
        boolean isOfTheFew = crew.isOfTheFew(victim.name());
        long others = parts.fleet().all().stream()
                .filter(node -> !node.isGone && node.isSuffering())
                .filter(node -> crew.isOfTheFew(node.name()) == isOfTheFew)
                .count();
        int most = isOfTheFew ? 0 : (crew.trainers().size() - 1) / 2;
        return victim.isSuffering() || others > most;
    }

    private void strike(PlannedFault fault, Optional<LiveNode> struck) {
        LiveNode victim = struck.orElse(null);
        String name = victim == null ? "" : victim.name();
        boolean isWriter = writer().filter(node -> node.name().equals(name)).isPresent();
        Blow blow = new Blow(
                fault, name, isWriter, parts.clock().ms(), parts.observed().rounds());
        parts.observed().add(blow);
        tell("fault", blow);
        openCount++;
        if (victim != null) {
            victim.blow = Optional.of(blow);
            hit(blow, victim);
        } else if (fault.kind() == FaultKind.JOIN) {
            join(blow);
        } else {
            neighbours.start(parts.means().quota());
            parts.timetable().after(fault.holdMs(), () -> {
                neighbours.stop();
                over(blow);
            });
        }
    }

    private void hit(Blow blow, LiveNode victim) {
        switch (blow.plan.kind()) {
            case KILL -> {
                parts.fleet().kill(victim);
                startLater(blow, victim);
            }
            case FREEZE -> freeze(blow, victim);
            case RESTART_LOOP -> {
                victim.killsLeft = LOOP_KILLS - 1;
                parts.fleet().kill(victim);
                parts.fleet().start(victim);
            }
            case CRASH_POINT -> arm(blow, victim);
            case FULL_DISK -> fill(blow, victim);
            case SLOW_DISK -> slow(blow, victim);
            case WIPE -> {
                parts.fleet().kill(victim);
                wipe(victim.spec.directory());
                startLater(blow, victim);
            }
            case PARTITION, MUTE, DEAF -> cut(blow, victim);
            case ROUGH_LINK -> roughen(blow, victim);
            case STARVE, JOIN ->
                throw new IllegalStateException(blow.plan.kind() + " (expected: one of a single node)");
        }
    }

    private void startLater(Blow blow, LiveNode victim) {
        parts.timetable().after(blow.plan.holdMs(), () -> {
            parts.fleet().start(victim);
            over(blow);
        });
    }

    private void freeze(Blow blow, LiveNode victim) {
        parts.fleet().freeze(victim);
        parts.timetable().after(blow.plan.holdMs(), () -> {
            parts.fleet().thaw(victim);
            victim.isCatchingUp = true;
            over(blow);
        });
    }

    /** Gives it the plan to be struck; it tells when it is there. */
    private void arm(Blow blow, LiveNode victim) {
        long next = parts.observed().rounds().last() + 1;
        Point point = Point.valueOf(blow.plan.point());
        FaultPlan plan = new FaultPlan(LongStream.range(next, next + POINT_ROUNDS)
                .mapToObj(round -> new FaultPlan.Strike(round, victim.name(), point, 1, "kill"))
                .toList());
        parts.fleet().arm(victim, plan);
        parts.timetable().after(POINT_MAX_MS, () -> {
            if (blow.endMs < 0) {
                disarm(blow, victim);
            }
        });
    }

    private void disarm(Blow blow, LiveNode victim) {
        parts.fleet().arm(victim, FaultPlan.NONE);
        skipped(blow.plan, "the point was not reached");
        parts.observed().drop(blow);
        victim.blow = Optional.empty();
        openCount--;
    }

    private void reached(LiveNode node, JsonNode event) {
        ObjectNode line = parts.history().line("crash-point").put("node", node.name());
        parts.history()
                .tell(line.put("round", event.path("round").asLong())
                        .put("point", event.path("point").asText()));
        parts.fleet().kill(node);
        parts.timetable()
                .after(
                        node.blow.map(blow -> blow.plan.holdMs()).orElse(POSTPONE_MS),
                        () -> parts.fleet().start(node));
        node.blow.filter(blow -> blow.endMs < 0).ifPresent(this::over);
    }

    private void started(LiveNode node) {
        if (node.killsLeft > 0) {
            node.killsLeft--;
            parts.fleet().kill(node);
            parts.fleet().start(node);
            if (node.killsLeft == 0) {
                node.blow.ifPresent(this::over);
            }
        }
    }

    private void fill(Blow blow, LiveNode victim) {
        SmallDisk disk =
                Optional.ofNullable(parts.means().disks().get(victim.name())).orElseThrow();
        victim.isExcused = true;
        refill(disk, parts.clock().ms() + blow.plan.holdMs());
        parts.timetable().after(blow.plan.holdMs(), () -> {
            disk.free();
            victim.isCatchingUp = true;
            over(blow);
        });
    }

    /** A node that deletes something gains nothing by it. */
    private void refill(SmallDisk disk, long untilMs) {
        disk.fill();
        if (parts.clock().ms() + REFILL_MS < untilMs) {
            parts.timetable().after(REFILL_MS, () -> refill(disk, untilMs));
        }
    }

    private void slow(Blow blow, LiveNode victim) {
        long pid = victim.child.orElseThrow().process().pid();
        parts.means().quota().ifPresent(group -> group.slowDisk(pid));
        parts.timetable().after(blow.plan.holdMs(), () -> {
            parts.means().quota().ifPresent(group -> group.normalDisk(pid));
            victim.isCatchingUp = true;
            over(blow);
        });
    }

    private void cut(Blow blow, LiveNode victim) {
        Namespaces network = parts.means().network().orElseThrow();
        List<String> names = parts.names().get();
        List<String> inside = inside(blow, victim);
        blow.hit.addAll(inside);
        List<String> outside =
                names.stream().filter(name -> !inside.contains(name)).toList();
        for (String in : inside) {
            for (String out : outside) {
                if (blow.plan.kind() != FaultKind.DEAF) {
                    network.cut(names.indexOf(in), names.indexOf(out));
                }
                if (blow.plan.kind() != FaultKind.MUTE) {
                    network.cut(names.indexOf(out), names.indexOf(in));
                }
            }
        }
        parts.timetable().after(blow.plan.holdMs(), () -> {
            network.heal();
            inside.forEach(name -> parts.fleet().node(name).isCatchingUp = true);
            over(blow);
        });
    }

    private void roughen(Blow blow, LiveNode victim) {
        Namespaces network = parts.means().network().orElseThrow();
        int node = parts.names().get().indexOf(victim.name());
        network.roughen(node);
        parts.timetable().after(blow.plan.holdMs(), () -> {
            network.smooth(node);
            victim.isCatchingUp = true;
            over(blow);
        });
    }

    private List<String> inside(Blow blow, LiveNode victim) {
        List<String> inside = new ArrayList<>();
        inside.add(victim.name());
        List<String> trainers = parts.crew().trainers();
        switch (blow.plan.victim()) {
            case StormPlan.HALF ->
                IntStream.range(0, trainers.size())
                        .filter(i -> i % 2 == 1)
                        .mapToObj(trainers::get)
                        .forEach(inside::add);
            case StormPlan.MOST -> inside.addAll(trainers.subList(1, trainers.size()));
            default -> {}
        }
        return inside;
    }

    private static void wipe(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder) && !KEPT.contains(path.getFileName().toString())) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that came before it leaves for good, as each is one more process on this machine. */
    private void join(Blow blow) {
        while (newcomers.size() >= NEWCOMERS_MAX) {
            LiveNode leaver = newcomers.removeFirst();
            leaver.isGone = true;
            parts.fleet().kill(leaver);
            parts.history().tell(parts.history().line("left").put("node", leaver.name()));
        }
        LiveNode node = parts.fleet().add(parts.newcomer().apply("newcomer-" + ++newcomerCount));
        node.isExcused = true;
        node.blow = Optional.of(blow);
        newcomers.add(node);
        parts.fleet().start(node);
        over(blow);
    }

    private void over(Blow blow) {
        blow.endMs = parts.clock().ms();
        openCount--;
        tell("fault-over", blow);
        if (blow.plan.kind() == FaultKind.STARVE) {
            blow.caughtUpMs = blow.endMs;
        }
    }

    private void tell(String event, Blow blow) {
        ObjectNode line = parts.history()
                .line(event)
                .put("number", blow.plan.number())
                .put("kind", blow.plan.kind().text())
                .put("node", blow.node);
        if (blow.isWriter) {
            line.put("writer", true);
        }
        if (!blow.plan.point().isEmpty()) {
            line.put("point", blow.plan.point());
        }
        parts.history().tell(line);
    }

    private void skipped(PlannedFault fault, String why) {
        ObjectNode line = parts.history().line("fault-skipped").put("number", fault.number());
        parts.history()
                .tell(line.put("kind", fault.kind().text())
                        .put("node", fault.victim())
                        .put("why", why));
    }
}

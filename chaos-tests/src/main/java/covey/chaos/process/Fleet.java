package covey.chaos.process;

import com.fasterxml.jackson.databind.JsonNode;
import covey.chaos.means.CpuQuota;
import covey.chaos.means.Signal;
import covey.node.cli.CommandFailed;
import covey.node.config.FaultPlan;
import covey.node.testnet.ChildNode;
import covey.node.testnet.LeftOvers;
import covey.node.testnet.NodeSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The processes of a run, and what they say. Used by one thread, {@link #pump}'s. */
final class Fleet {
    private static final long RESTART_MS = 1_000;
    private static final long LOOK_MS = 500;

    /** Told of what nodes say and do. */
    interface Listener {
        void said(LiveNode node, JsonNode event);

        /** Its process has ended, for whatever reason. */
        void ended(LiveNode node, int exitCode);

        /** Called at least twice a second. */
        void looked();
    }

    private sealed interface Happening {
        record Said(String node, JsonNode event) implements Happening {}

        record Ended(String node, Process process) implements Happening {}
    }

    private final RunClock clock;
    private final Timetable timetable;
    private final BooleanSupplier isStopped;
    private final long heapMb;
    private final Optional<CpuQuota> quota;
    private final Function<NodeSpec, List<String>> wrapper;
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final SortedMap<String, LiveNode> nodes = new TreeMap<>();

    /**
     * @param isStopped whether {@link #pump} is to give up
     * @param wrapper what a node's command is run by; mostly nothing
     */
    Fleet(
            RunClock clock,
            Timetable timetable,
            BooleanSupplier isStopped,
            long heapMb,
            Optional<CpuQuota> quota,
            Function<NodeSpec, List<String>> wrapper) {
        this.clock = clock;
        this.timetable = timetable;
        this.isStopped = isStopped;
        this.heapMb = heapMb;
        this.quota = quota;
        this.wrapper = wrapper;
    }

    LiveNode add(NodeSpec spec) {
        LiveNode node = new LiveNode(spec);
        nodes.put(spec.name(), node);
        return node;
    }

    Collection<LiveNode> all() {
        return nodes.values();
    }

    LiveNode node(String name) {
        return Optional.ofNullable(nodes.get(name)).orElseThrow();
    }

    /** Starts its process, with nothing planned; later, if there is no room in its folder. */
    void start(LiveNode node) {
        try {
            FaultPlan.NONE.write(node.spec.faultPlan());
            ChildNode child = ChildNode.start(
                    node.spec,
                    wrapper.apply(node.spec),
                    heapMb,
                    (spec, event) -> happenings.add(new Happening.Said(spec.name(), event)),
                    (spec, process) -> happenings.add(new Happening.Ended(spec.name(), process)));
            quota.ifPresent(group -> group.addStarting(child.process().pid()));
            node.isNew(child, clock.ms());
        } catch (IOException e) {
            if (!node.isExcused) {
                throw new UncheckedIOException(e);
            }
            startLater(node);
        }
    }

    private void startLater(LiveNode node) {
        timetable.after(RESTART_MS, () -> {
            if (!node.isUp() && !node.isGone) {
                start(node);
            }
        });
    }

    /** Gives a node that runs another plan. */
    void arm(LiveNode node, FaultPlan plan) {
        try {
            plan.write(node.spec.faultPlan());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill(LiveNode node) {
        node.cpuNs();
        node.wasKilled = true;
        node.child.ifPresent(ChildNode::kill);
        node.child.ifPresent(ChildNode::awaitEnd);
    }

    void freeze(LiveNode node) {
        node.isFrozen = true;
        node.child.ifPresent(child -> Signal.freeze(child.process().pid()));
    }

    void thaw(LiveNode node) {
        node.isFrozen = false;
        node.child
                .filter(ChildNode::isAlive)
                .ifPresent(child -> Signal.thaw(child.process().pid()));
    }

    /**
     * Does what is due and listens, until it is done.
     *
     * @return false if that took longer than {@code limitMs}
     */
    boolean pump(Listener listener, long limitMs, BooleanSupplier done) throws InterruptedException {
        long endMs = clock.ms() + limitMs;
        long lookedMs = 0;
        while (!done.getAsBoolean()) {
            if (isStopped.getAsBoolean()) {
                throw new CommandFailed("chaos: stopped (expected: to go on to the end)");
            }
            if (clock.ms() >= endMs) {
                return false;
            }
            timetable.run();
            Happening next = happenings.poll(timetable.untilNextMs(LOOK_MS), TimeUnit.MILLISECONDS);
            if (next != null) {
                handle(next, listener);
            }
            if (clock.ms() - lookedMs >= LOOK_MS) {
                lookedMs = clock.ms();
                listener.looked();
            }
        }
        return true;
    }

    private void handle(Happening happening, Listener listener) {
        switch (happening) {
            case Happening.Said said -> said(node(said.node()), said.event(), listener);
            case Happening.Ended ended -> ended(node(ended.node()), ended.process(), listener);
        }
    }

    private void said(LiveNode node, JsonNode event, Listener listener) {
        if (event.path("event").asText().equals("started")) {
            quota.ifPresent(group -> group.add(event.path("pid").asLong()));
        }
        listener.said(node, event);
    }

    /** Whoever looks after a node starts it again. */
    private void ended(LiveNode node, Process process, Listener listener) {
        Optional<ChildNode> child = node.child.filter(c -> c.process().equals(process));
        if (child.isEmpty()) {
            return;
        }
        child.get().awaitEnd();
        listener.ended(node, process.exitValue());
        if (!node.wasKilled && !node.isGone) {
            startLater(node);
        }
    }

    /** All end in order; nothing of them is left. */
    void stopAll() {
        List<ChildNode> children = new ArrayList<>();
        for (LiveNode node : nodes.values()) {
            if (node.isFrozen) {
                thaw(node);
            }
            node.isGone = true;
            node.cpuNs();
            node.child.ifPresent(children::add);
        }
        children.forEach(ChildNode::stop);
        children.forEach(ChildNode::awaitEnd);
        nodes.values().forEach(node -> LeftOvers.delete(node.spec.directory()));
    }

    /** Processor time of all processes. */
    double cpuSeconds() {
        return nodes.values().stream().mapToLong(LiveNode::allCpuNs).sum() / 1e9;
    }

    /** Processor time of those that started again, until they had caught up. */
    double restartCpuSeconds() {
        return nodes.values().stream().mapToLong(node -> node.restartCpuNs).sum() / 1e9;
    }
}

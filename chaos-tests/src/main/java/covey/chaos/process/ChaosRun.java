package covey.chaos.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.judge.Finding;
import covey.chaos.judge.Judge;
import covey.chaos.judge.RunFolder;
import covey.chaos.means.CpuQuota;
import covey.chaos.means.Namespaces;
import covey.chaos.means.SmallDisk;
import covey.node.cli.CommandFailed;
import covey.node.testnet.NodeSpec;
import covey.node.testnet.TestnetOptions;
import covey.node.testnet.TestnetSetup;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.NodeFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;

/**
 * One run of real processes: it starts, warms up, is struck by faults or not, heals, ends, and is judged. Made and used
 * by one thread.
 */
public final class ChaosRun {
    /** Until every node has made so many outer steps, kernels are compiled and caches filled. */
    private static final int WARM_ROUNDS = 2;

    private static final long WARM_MAX_MS = 300_000;
    private static final long HEAL_MAX_MS = 300_000;
    private static final int HEALED_ROUNDS = 3;
    private static final String LOOPBACK = "127.0.0.1";

    /** From one time to another, by the run's clock. */
    record Span(long fromMs, long toMs) {}

    /**
     * What came of it.
     *
     * @param findings of the judge, and of what could be seen while it ran
     * @param storm when faults could strike
     */
    record Result(
            TestnetOptions options,
            Judge.Judgement judgement,
            List<Finding> findings,
            List<Blow> blows,
            RoundTimes rounds,
            List<FolderWatch.Seen> seen,
            SortedMap<String, NodeSpec> nodes,
            Span storm,
            double cpuSeconds,
            double restartCpuSeconds) {
        double stormSeconds() {
            return (storm.toMs() - storm.fromMs()) / 1e3;
        }

        Collection<Long> stormRounds() {
            return rounds.between(storm.fromMs(), storm.toMs());
        }

        /** Trained on by what was sealed in the storm. */
        long stormTokens() {
            return stormRounds().stream()
                    .mapToLong(round -> judgement.tokensByRound().getOrDefault(round, 0L))
                    .sum();
        }
    }

    private final ChaosOptions options;
    private final RunFolder folder;
    private final RunClock clock = new RunClock();
    private final Timetable timetable = new Timetable(clock);
    private final History history;
    private final Means means;
    private final TestnetSetup setup;
    private final Fleet fleet;
    private final Observed observed;

    /**
     * Who looks on.
     *
     * @param shown told each line of the run's history
     * @param missing told what this machine does not allow, in lines
     * @param isStopped whether the run is to end at once; asked from its thread
     */
    record Watcher(Consumer<ObjectNode> shown, Consumer<String> missing, BooleanSupplier isStopped) {}

    private ChaosRun(ChaosOptions options, RunFolder folder, Means means, Watcher watcher) throws IOException {
        this.options = options;
        this.folder = folder;
        this.means = means;
        this.history = new History(clock, folder.history(), watcher.shown());
        this.setup = TestnetSetup.make(
                options.network(), folder.root(), NodeFolders.corpusCache(), new Ed25519Crypto(), this::address);
        this.fleet = new Fleet(
                clock, timetable, watcher.isStopped(), options.network().heapMb(), means.quota(), this::wrapper);
        this.observed = new Observed(clock, fleet, history);
    }

    /**
     * @param root an empty folder
     * @param isStruck whether faults are done; else it is the twin
     */
    static Result of(ChaosOptions options, Path root, boolean isStruck, Watcher watcher)
            throws IOException, InterruptedException {
        Consumer<String> missing = watcher.missing();
        Files.createDirectories(root);
        RunFolder folder = new RunFolder(root);
        Optional<CpuQuota> quota = CpuQuota.open(options.cpuShare(), options.nodeCount(), root, missing);
        SortedMap<String, SmallDisk> disks = disks(options, root, missing);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed());
        Optional<Namespaces> network =
                options.partitions() ? Namespaces.open(options.nodeCount() + 1, random, missing) : Optional.empty();
        try {
            ChaosRun run = new ChaosRun(options, folder, new Means(quota, disks, network), watcher);
            return run.judged(run.run(isStruck), disks);
        } finally {
            for (SmallDisk disk : disks.values()) {
                disk.close();
            }
            network.ifPresent(Namespaces::close);
            quota.ifPresent(CpuQuota::close);
        }
    }

    private String address(int node) {
        return means.network().map(_ -> Namespaces.address(node)).orElse(LOOPBACK);
    }

    private List<String> wrapper(NodeSpec node) {
        return means.network()
                .map(network -> network.wrapper(names().indexOf(node.name())))
                .orElse(List.of());
    }

    /** In the order of their namespaces; the last is for whoever is the newcomer now. */
    private List<String> names() {
        List<String> names =
                new ArrayList<>(setup.nodes().stream().map(NodeSpec::name).toList());
        fleet.all().stream()
                .map(LiveNode::name)
                .filter(name -> !names.contains(name))
                .reduce((_, last) -> last)
                .ifPresent(names::add);
        return names;
    }

    /** One trainer's, and one authority's if a majority is left without it. */
    private static SortedMap<String, SmallDisk> disks(ChaosOptions options, Path root, Consumer<String> missing)
            throws IOException {
        List<String> names = new ArrayList<>();
        names.add("trainer-" + options.trainers());
        if (options.authorities() > 1) {
            int last = options.authorities();
            names.add((last <= options.validators() ? "validator-" : "authority-") + last);
        }
        SortedMap<String, SmallDisk> disks = new TreeMap<>();
        for (String name : names) {
            SmallDisk.mount(root.resolve(name), missing).ifPresent(disk -> disks.put(name, disk));
        }
        return disks;
    }

    /** Seen while it ran. */
    private record Ran(List<FolderWatch.Seen> seen, Span storm, Judge.Healed healed) {}

    private Ran run(boolean isStruck) throws InterruptedException, IOException {
        try (FolderWatch watch = new FolderWatch(folder, clock)) {
            for (NodeSpec node : setup.nodes()) {
                fleet.start(fleet.add(node));
            }
            if (!fleet.pump(observed, WARM_MAX_MS, () -> allApplied(WARM_ROUNDS))) {
                throw new CommandFailed("chaos: round " + WARM_ROUNDS + " not applied by all within "
                        + WARM_MAX_MS / 1000
                        + " s (expected: a network that runs before it is struck; see stderr.log in " + folder.root()
                        + ")");
            }
            long fromMs = clock.ms();
            Storm storm = storm(watch, isStruck);
            fleet.pump(observed, options.lengthMs(), () -> false);
            Span span = new Span(fromMs, clock.ms());
            Judge.Healed healed = heal(storm);
            fleet.stopAll();
            watch.lookNow();
            return new Ran(watch.seen(), span, healed);
        } finally {
            fleet.stopAll();
        }
    }

    private Storm storm(FolderWatch watch, boolean isStruck) {
        Crew crew = Crew.of(setup.nodes(), List.copyOf(means.disks().keySet()));
        Storm storm = new Storm(new Storm.Parts(
                clock, timetable, fleet, history, watch, observed, crew, means, this::names, this::newcomer));
        StormPlan plan = isStruck
                ? StormPlan.draw(
                        options.seed(),
                        options.lengthMs(),
                        options.gapMs(),
                        options.wanted(StormPlan.pairs(crew, means.kinds())))
                : new StormPlan(List.of());
        history.tell(history.line("storm")
                .put("seed", options.seed())
                .put("faults", plan.faults().size())
                .put("lengthMs", options.lengthMs()));
        storm.begin(plan);
        return storm;
    }

    private NodeSpec newcomer(String name) {
        try {
            return setup.newcomer(name, folder.root(), address(setup.nodes().size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Three more rounds than were sealed when the last fault ended, applied by all. */
    private Judge.Healed heal(Storm storm) throws InterruptedException {
        storm.end();
        fleet.pump(observed, HEAL_MAX_MS, storm::isCalm);
        long calmMs = clock.ms();
        long target = observed.rounds().last() + HEALED_ROUNDS;
        boolean isHealed = fleet.pump(observed, HEAL_MAX_MS, () -> allApplied(target));
        List<String> names = fleet.all().stream()
                .filter(node -> !node.isGone)
                .map(LiveNode::name)
                .toList();
        ObjectNode line = history.line("healed").put("round", target).put("isHealed", isHealed);
        ArrayNode nodes = line.put("healMs", clock.ms() - calmMs).putArray("nodes");
        names.forEach(nodes::add);
        history.tell(line);
        return new Judge.Healed(target, names);
    }

    private boolean allApplied(long round) {
        return fleet.all().stream().filter(node -> !node.isGone).allMatch(node -> node.appliedRound >= round);
    }

    private Result judged(Ran ran, SortedMap<String, SmallDisk> disks) throws IOException {
        history.close();
        for (SmallDisk disk : disks.values()) {
            disk.close();
        }
        disks.clear();
        Judge.Judgement judgement = Judge.of(folder, Optional.of(ran.healed()));
        List<Finding> findings = new ArrayList<>(observed.findings());
        findings.addAll(judgement.findings());
        SortedMap<String, NodeSpec> nodes = new TreeMap<>();
        fleet.all().forEach(node -> nodes.put(node.name(), node.spec));
        return new Result(
                options.network(),
                judgement,
                findings,
                observed.blows(),
                observed.rounds(),
                ran.seen(),
                nodes,
                ran.storm(),
                fleet.cpuSeconds(),
                fleet.restartCpuSeconds());
    }
}

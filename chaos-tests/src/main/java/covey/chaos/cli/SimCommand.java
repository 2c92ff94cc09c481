package covey.chaos.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.check.Violation;
import covey.chaos.cover.Tally;
import covey.chaos.sim.Simulation;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.node.config.ConfigError;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs whole networks in virtual time, one from each seed. */
@Command(
        name = "sim",
        description = "Simulates whole runs under faults, each from a seed, and judges them.",
        mixinStandardHelpOptions = true)
public final class SimCommand implements Verb {
    private static final int ROUNDS_MAX = 1_000;
    private static final int SEEDS_MAX = 100_000_000;
    private static final int SEEDS_A_REPORT = 100;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds (${DEFAULT-VALUE}).")
    private int seeds = 1;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed (${DEFAULT-VALUE}).")
    private long first = 1;

    @Option(names = "--rounds", paramLabel = "R", description = "Rounds of a run (${DEFAULT-VALUE}).")
    private int rounds = 30;

    @Option(names = "--threads", paramLabel = "T", description = "Runs at a time (all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--twice", description = "Run each seed twice and compare the histories.")
    private boolean twice;

    @Option(names = "--mutants", description = "Instead, look for each planted error in so many seeds.")
    private boolean mutants;

    private final Tally tally = new Tally();
    private final AtomicInteger violations = new AtomicInteger();
    private Progress progress = new Progress(first);
    private long startNs;
    private long sealed;

    @Override
    public Integer call() {
        require(seeds >= 1 && seeds <= SEEDS_MAX, "--seeds: " + seeds + " (expected: 1 to " + SEEDS_MAX + ")");
        require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds: " + rounds + " (expected: 1 to " + ROUNDS_MAX + ")");
        require(threads >= 1 && threads <= 1024, "--threads: " + threads + " (expected: 1 to 1024)");
        if (mutants) {
            return new MutantTable(seeds, rounds, this::print).print(threads) == 0 ? Covey.DONE : Covey.FAILED;
        }
        startNs = System.nanoTime();
        progress = new Progress(first);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            LongStream.range(first, first + seeds).forEach(seed -> pool.execute(() -> run(seed)));
        }
        summary();
        return violations.get() == 0 ? Covey.DONE : Covey.FAILED;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new ConfigError(message);
        }
    }

    private void run(long seed) {
        try {
            Simulation.Outcome outcome = Simulation.run(seed, rounds);
            if (twice && Simulation.run(seed, rounds).history() != outcome.history()) {
                throw new Violation("seed " + seed + ": two runs differ");
            }
            done(seed, outcome);
        } catch (RuntimeException | AssertionError e) {
            failed(seed, e);
        }
    }

    private synchronized void done(long seed, Simulation.Outcome outcome) {
        sealed += outcome.rounds();
        tally.add(outcome.tally());
        if (json.wanted()) {
            ObjectNode line = JsonOutput.object().put("event", "run").put("seed", seed);
            json.print(
                    spec,
                    line.put("nodes", outcome.nodes())
                            .put("rounds", outcome.rounds())
                            .put("virtualMs", outcome.virtualMs())
                            .put("healedMs", outcome.healedMs())
                            .put("history", Long.toHexString(outcome.history())));
        } else if (seeds <= 20) {
            print("seed " + seed + ": " + outcome.nodes() + " nodes, " + outcome.rounds() + " rounds, healed in "
                    + outcome.healedMs() + " ms, history " + Long.toHexString(outcome.history()));
        }
        over(seed);
    }

    /** Says now and then how far it is, and where another command would go on if this one is stopped. */
    private void over(long seed) {
        progress.done(seed);
        int left = seeds - progress.done();
        if (left == 0 || progress.done() % SEEDS_A_REPORT != 0) {
            return;
        }
        if (json.wanted()) {
            json.print(spec, figures("progress").put("next", progress.next()));
        } else {
            print(progress.done() + " of " + seeds + " seeds, " + violations.get() + " violations, " + seconds()
                    + " s; to go on from here: --seed " + progress.next() + " --seeds "
                    + (first + seeds - progress.next()));
        }
    }

    private long seconds() {
        return Math.round((System.nanoTime() - startNs) / 1e9);
    }

    private ObjectNode figures(String event) {
        ObjectNode line = JsonOutput.object()
                .put("event", event)
                .put("seeds", progress.done())
                .put("violations", violations.get())
                .put("rounds", sealed)
                .put("seconds", seconds());
        TallyTable.write(line, tally);
        return line;
    }

    private synchronized void failed(long seed, Throwable e) {
        violations.incrementAndGet();
        String what = e instanceof Violation ? "" + e.getMessage() : "seed " + seed + ": " + e;
        String again = "./covey sim --seed " + seed + " --rounds " + rounds;
        if (json.wanted()) {
            json.print(
                    spec,
                    JsonOutput.object()
                            .put("event", "violation")
                            .put("seed", seed)
                            .put("what", what)
                            .put("again", again));
        } else {
            print("VIOLATION " + what);
            print("run it again: " + again);
        }
        over(seed);
    }

    private synchronized void summary() {
        if (json.wanted()) {
            json.print(spec, figures("summary"));
            return;
        }
        TallyTable.lines(tally).forEach(this::print);
        print(seeds + " seeds, " + sealed + " rounds sealed, " + violations.get() + " violations, " + seconds() + " s");
    }

    private synchronized void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}

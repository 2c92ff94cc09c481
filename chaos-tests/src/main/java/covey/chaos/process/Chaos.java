package covey.chaos.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The whole of {@code covey chaos run}: a twin if wanted, the run, the report. Used by one thread. */
public final class Chaos {
    private static final long END_MAX_S = 60;

    private final ChaosOptions options;
    private final Path root;
    private final PrintWriter out;
    private final boolean isJson;
    private volatile boolean isStopped;

    /** @param root an empty folder; the run's files are in {@code struck}, the twin's in {@code twin} */
    public Chaos(ChaosOptions options, Path root, PrintWriter out, boolean isJson) {
        this.options = options;
        this.root = root;
        this.out = out;
        this.isJson = isJson;
    }

    /**
     * Ctrl-C ends it early and leaves no process, mount, group or namespace.
     *
     * @param twinMs how long the same network runs first without faults, if it does
     * @return whether nothing was found that must not be
     */
    public boolean run(OptionalLong twinMs) throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            isStopped = true;
            await(over);
        }));
        try {
            return runAll(twinMs);
        } finally {
            over.countDown();
        }
    }

    private void await(CountDownLatch over) {
        try {
            if (!over.await(END_MAX_S, TimeUnit.SECONDS)) {
                out.println("covey: chaos: processes, mounts or groups may be left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean runAll(OptionalLong twinMs) throws IOException, InterruptedException {
        Optional<ChaosRun.Result> twin = twinMs.isPresent()
                ? Optional.of(run("twin", options.lasting(twinMs.getAsLong()), false))
                : Optional.empty();
        ChaosRun.Result result = run("struck", options, true);
        ChaosReport report = new ChaosReport(result, twin);
        if (isJson) {
            out.println(report.toJson());
            out.flush();
        } else {
            report.print(out);
            out.println("files in " + root);
            out.flush();
        }
        return result.findings().isEmpty()
                && twin.stream().allMatch(other -> other.findings().isEmpty());
    }

    private ChaosRun.Result run(String name, ChaosOptions wanted, boolean isStruck)
            throws IOException, InterruptedException {
        ChaosRun.Watcher watcher = new ChaosRun.Watcher(line -> show(name, line), this::missing, () -> isStopped);
        return ChaosRun.of(wanted, root.resolve(name), isStruck, watcher);
    }

    private void show(String run, ObjectNode line) {
        if (isJson) {
            out.println(line.deepCopy().put("run", run));
        } else {
            out.println(run + " " + text(line));
        }
        out.flush();
    }

    private static String text(ObjectNode line) {
        return String.format(
                        Locale.ROOT,
                        "%7.1f s  %-14s",
                        line.path("ms").asLong() / 1e3,
                        line.path("event").asText())
                + line.properties().stream()
                        .filter(field ->
                                !field.getKey().equals("ms") && !field.getKey().equals("event"))
                        .map(field -> field.getKey() + " "
                                + (field.getValue().isTextual()
                                        ? field.getValue().asText()
                                        : field.getValue().toString()))
                        .collect(Collectors.joining(", ", " ", ""));
    }

    private void missing(String why) {
        if (isJson) {
            out.println(JsonOutput.object().put("event", "not-possible").put("why", why));
        } else {
            out.println(why);
        }
        out.flush();
    }
}

package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Contents that one node fetches from another over loopback, beside the same bytes over one TCP connection, by turns. A
 * fetch ends when each segment's hash was checked and the content is durable on disk; TCP ends in memory.
 */
@Command(
        name = "transport",
        description = "Goodput of the bulk transfer over loopback, beside TCP over loopback.",
        mixinStandardHelpOptions = true)
final class TransportBench implements Callable<Integer> {
    private static final int WARM_TURNS = 5;
    private static final int MEGABYTE = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--megabytes", defaultValue = "32", description = "Size of a content (default 32).")
    private int megabytes = 32;

    @Option(names = "--rate", defaultValue = "10000", description = "MB/s that are granted at most (default 10000).")
    private int rate = 10_000;

    @Option(names = "--repeats", defaultValue = "7", description = "Turns, of which the median counts (default 7).")
    private int repeats = 7;

    @Override
    public Integer call() throws IOException {
        if (megabytes < 1 || megabytes > 1000 || rate < 1 || rate > 100_000 || repeats < 1 || repeats > 1000) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--megabytes, --rate, --repeats: " + megabytes + ", " + rate + ", " + repeats
                            + " (expected: 1 to 1000, 1 to 100000, 1 to 1000)");
        }
        Path directory = Files.createTempDirectory("covey-bench");
        try (LoopbackPair pair = new LoopbackPair(directory, (long) rate * MEGABYTE)) {
            print(measure(pair));
        } finally {
            delete(directory);
        }
        return Covey.DONE;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private ObjectNode measure(LoopbackPair pair) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] content = new byte[megabytes * MEGABYTE];
        double[] tcp = new double[repeats];
        double[] bulk = new double[repeats];
        for (int turn = -WARM_TURNS; turn < repeats; turn++) {
            random.nextBytes(content);
            long tcpNs = TcpPair.fetch(content);
            long bulkNs = pair.fetch(content);
            if (turn >= 0) {
                tcp[turn] = tcpNs;
                bulk[turn] = bulkNs;
            }
        }
        ObjectNode result = JsonOutput.object();
        result.put("bench", "transport");
        result.put("megabytes", megabytes);
        result.put("rateMegabytesPerSecond", rate);
        result.put("repeats", repeats);
        result.set("machine", Machine.describe());
        result.set("tcp", figures(tcp));
        result.set("bulk", figures(bulk));
        result.put("ratioToTcp", Machine.median(tcp) / Machine.median(bulk));
        double contents = (repeats + WARM_TURNS) * (double) content.length;
        result.put("sentRatio", pair.sent().sentBytes() / contents);
        return result;
    }

    private ObjectNode figures(double[] nanoseconds) {
        double median = Machine.median(nanoseconds);
        ObjectNode figures = JsonOutput.object();
        figures.put("ms", median / 1e6);
        figures.put("megabytesPerSecond", megabytes * 1e9 / median);
        return figures;
    }

    private void print(ObjectNode result) {
        if (json.wanted()) {
            json.print(spec, result);
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        Machine.print(result, out);
        out.printf("contents of %d MB over loopback, medians of %d%n", megabytes, repeats);
        for (String side : new String[] {"tcp", "bulk"}) {
            out.printf(
                    Locale.ROOT,
                    "%-6s %10.2f ms %10.1f MB/s%n",
                    side,
                    result.at("/" + side + "/ms").asDouble(),
                    result.at("/" + side + "/megabytesPerSecond").asDouble());
        }
        out.printf(
                Locale.ROOT,
                "%.2f of TCP, %.3f bytes sent a byte of content%n",
                result.get("ratioToTcp").asDouble(),
                result.get("sentRatio").asDouble());
        out.flush();
    }
}

package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a measurement was made on. */
final class Machine {
    private Machine() {}

    static ObjectNode describe() {
        ObjectNode machine = JsonOutput.object();
        machine.put("processor", line(Path.of("/proc/cpuinfo"), "model name"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("jvm", Runtime.version().toString());
        machine.put("load", line(Path.of("/proc/loadavg"), ""));
        return machine;
    }

    /** One line of {@link #describe}, which stands in the result of a measurement. */
    static void print(ObjectNode result, PrintWriter out) {
        out.printf(
                "%s, %s cores, java %s%n",
                result.at("/machine/processor").asText(),
                result.at("/machine/cores").asText(),
                result.at("/machine/jvm").asText());
    }

    /** The most memory that this process had in RAM, in KiB as Linux says it; empty elsewhere. */
    static String peakResident() {
        return line(Path.of("/proc/self/status"), "VmHWM");
    }

    private static String line(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** The middle one; of an even count, the greater of the two. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

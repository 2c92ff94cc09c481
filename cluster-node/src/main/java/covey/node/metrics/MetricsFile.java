package covey.node.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;

/**
 * {@code metrics.jsonl}: one object a line, each start with a header line ({@code "event":"header"}). A restart goes on
 * in the same file. Each line is on its way to the disk when the write returns, but not synced.
 */
public final class MetricsFile implements EventSink {
    private final Writer out;

    private MetricsFile(Writer out) {
        this.out = out;
    }

    /** @param header what names the run and the node */
    public static MetricsFile open(Path file, SortedMap<String, String> header) throws IOException {
        MetricsFile metrics = new MetricsFile(Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("event", "header");
        header.forEach(json::put);
        metrics.line(json);
        return metrics;
    }

    @Override
    public void write(NodeEvent event) throws IOException {
        line(event.toJson());
    }

    private void line(ObjectNode json) throws IOException {
        out.write(json + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

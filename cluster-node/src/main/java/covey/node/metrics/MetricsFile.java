package covey.node.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
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
        boolean torn = isTorn(file);
        MetricsFile metrics = new MetricsFile(Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("event", "header");
        header.forEach(json::put);
        if (torn) {
            metrics.out.write("\n");
        }
        metrics.line(json);
        return metrics;
    }

    /** Whether the process died while it wrote the last line. */
    private static boolean isTorn(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.position(channel.size() - 1).read(last) == 1 && last.get(0) != '\n';
        }
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

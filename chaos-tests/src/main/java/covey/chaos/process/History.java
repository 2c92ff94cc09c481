package covey.chaos.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What was done and seen, one JSON object a line in {@code chaos.jsonl}, and shown to somebody. Used by one thread. */
final class History implements AutoCloseable {
    private final RunClock clock;
    private final Writer file;
    private final Consumer<ObjectNode> shown;

    History(RunClock clock, Path file, Consumer<ObjectNode> shown) throws IOException {
        this.clock = clock;
        this.file = Files.newBufferedWriter(file);
        this.shown = shown;
    }

    /** A line about now; {@link #tell} writes it. */
    ObjectNode line(String event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        return line.put("event", event).put("ms", clock.ms());
    }

    void tell(ObjectNode line) {
        try {
            file.write(line + "\n");
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shown.accept(line);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package covey.node.metrics;

import java.io.IOException;
import java.io.PrintStream;

/** One JSON object a line, for the process that started this node. */
public final class StdoutEvents implements EventSink {
    private final PrintStream out;

    /** @param out not closed */
    public StdoutEvents(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(NodeEvent event) throws IOException {
        out.println(event.toJson());
        if (out.checkError()) {
            throw new IOException("standard output is closed");
        }
    }
}

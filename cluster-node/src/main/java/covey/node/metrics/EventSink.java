package covey.node.metrics;

import java.io.IOException;

/** Where events go. Used by the one thread of {@link NodeEvents}; may block it, and may fail. */
public interface EventSink extends AutoCloseable {
    void write(NodeEvent event) throws IOException;

    /** Called once, after the last event. */
    @Override
    default void close() throws IOException {}
}

package covey.node.metrics;

import covey.protocol.model.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to sinks on a thread of its own. Whoever publishes neither waits nor sees an exception: what does not
 * fit is dropped and counted, and a sink that fails costs its own event only. Thread-safe.
 */
public final class NodeEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
    private static final long CLOSE_MS = 3_000;
    private static final long POLL_MS = 200;

    private static final class Guarded {
        final EventSink sink;
        boolean failing;

        Guarded(EventSink sink) {
            this.sink = sink;
        }

        /** Says only that a sink begins to fail, not each time. */
        void write(NodeEvent event) {
            try {
                sink.write(event);
                failing = false;
            } catch (IOException | RuntimeException e) {
                if (!failing) {
                    LOG.warn("events: {} fails: {}", sink.getClass().getSimpleName(), e.toString());
                }
                failing = true;
            }
        }

        void close() {
            try {
                sink.close();
            } catch (IOException | RuntimeException e) {
                LOG.warn("events: {} cannot be closed: {}", sink.getClass().getSimpleName(), e.toString());
            }
        }
    }

    private final List<Guarded> sinks = new ArrayList<>();
    private final BlockingQueue<NodeEvent> waiting = new ArrayBlockingQueue<>(Limits.EVENTS_WAITING_MAX_COUNT);
    private final AtomicLong droppedCount = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    /** @param sinks in the order in which each event reaches them; closed with this */
    public NodeEvents(List<? extends EventSink> sinks) {
        sinks.forEach(sink -> this.sinks.add(new Guarded(sink)));
        thread = Thread.ofPlatform().daemon().name("covey-events").start(this::run);
    }

    public void publish(NodeEvent event) {
        if (closing || !waiting.offer(event)) {
            droppedCount.incrementAndGet();
        }
    }

    /** Publishes an event of now. */
    public void publish(String kind, long round, Map<String, ?> fields) {
        publish(NodeEvent.of(kind, round, fields));
    }

    /** Events that found no room. */
    public long droppedCount() {
        return droppedCount.get();
    }

    /** Writes what waits, then closes the sinks; returns when that is done, or after 3 s. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing || !waiting.isEmpty()) {
                NodeEvent event = waiting.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    sinks.forEach(sink -> sink.write(event));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sinks.forEach(Guarded::close);
        }
    }
}

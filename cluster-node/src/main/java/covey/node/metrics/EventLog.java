package covey.node.metrics;

import covey.protocol.model.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The last events in memory, numbered from 1, for those who watch. Thread-safe. */
public final class EventLog implements EventSink {
    /** @param number of the event on this node since its start */
    public record Numbered(long number, NodeEvent event) {}

    private final int keptCount;
    private final Deque<Numbered> kept = new ArrayDeque<>();
    private final Latest last = new Latest(0);

    public EventLog() {
        this(Limits.EVENTS_KEPT_COUNT);
    }

    EventLog(int keptCount) {
        this.keptCount = keptCount;
    }

    @Override
    public void write(NodeEvent event) {
        long number = last.value() + 1;
        synchronized (kept) {
            kept.addLast(new Numbered(number, event));
            if (kept.size() > keptCount) {
                kept.removeFirst();
            }
        }
        last.raise(number);
    }

    /** The event of that number, or the first kept one after it; waits for one that is yet to come. */
    public CompletionStage<Numbered> from(long number) {
        return last.atLeast(number).thenApply(newest -> find(number).orElseThrow());
    }

    /** Number of the newest; 0 before the first. */
    public long lastNumber() {
        return last.value();
    }

    private Optional<Numbered> find(long number) {
        synchronized (kept) {
            return kept.stream().filter(event -> event.number >= number).findFirst();
        }
    }
}

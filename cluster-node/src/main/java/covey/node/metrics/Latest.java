package covey.node.metrics;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A number that only grows, and those who wait for it to grow. Thread-safe; nothing blocks. Waiters are completed on
 * the thread that raises the number, so they must only hand on.
 */
public final class Latest {
    private long value;
    private CompletableFuture<Long> next = new CompletableFuture<>();

    public Latest(long first) {
        value = first;
    }

    public synchronized long value() {
        return value;
    }

    /** Raises the number; a lower one changes nothing. */
    public void raise(long to) {
        CompletableFuture<Long> waiting;
        synchronized (this) {
            if (to <= value) {
                return;
            }
            value = to;
            waiting = next;
            next = new CompletableFuture<>();
        }
        waiting.complete(to);
    }

    /** Completes with the number once it is at least {@code wanted}. */
    public CompletionStage<Long> atLeast(long wanted) {
        CompletableFuture<Long> waiting;
        synchronized (this) {
            if (value >= wanted) {
                return CompletableFuture.completedFuture(value);
            }
            waiting = next;
        }
        return waiting.thenCompose(raised -> atLeast(wanted));
    }
}

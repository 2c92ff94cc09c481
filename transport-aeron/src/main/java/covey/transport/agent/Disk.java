package covey.transport.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that hashes segments and touches the store, in the order given. What waits is bounded by the segments
 * that fetches may hold in memory. Results come back as tasks for the agent's thread.
 */
final class Disk implements AutoCloseable {
    private static final long CLOSE_SECONDS = 20;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("covey-bulk-disk").unstarted(task));
    private final Consumer<Runnable> agent;

    Disk(Consumer<Runnable> agent) {
        this.agent = agent;
    }

    /** Nothing happens once it is closed. */
    void run(Runnable job) {
        try {
            thread.execute(job);
        } catch (RejectedExecutionException _) {
            // The node is closing; what was verified is in the store.
        }
    }

    /** Hands a task to the agent's thread. */
    void report(Runnable task) {
        agent.accept(task);
    }

    /** Waits for what was given. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package covey.transport.agent;

import covey.transport.driver.BulkDriver;
import covey.transport.driver.Endpoints;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a node's bulk transfer: takes tasks, runs the client, interprets the machines. When the client
 * closed, driver, client and channels are built anew as one generation, and nothing of the former is touched.
 */
final class BulkAgent implements Agent {
    private static final long REBUILD_NS = 1_000_000_000L;
    private static final int TASKS_MAX_COUNT = 64;

    private final ManyToOneConcurrentLinkedQueue<Runnable> tasks;
    private final Supplier<BulkDriver> drivers;
    private final Fetching fetching;
    private final FetchLinks fetchLinks;
    private final Serving serving;
    private final Endpoints endpoints;
    private final ErrorHandler errors;
    private @Nullable BulkDriver driver;
    private long rebuildNs;

    BulkAgent(
            ManyToOneConcurrentLinkedQueue<Runnable> tasks,
            Supplier<BulkDriver> drivers,
            Fetching fetching,
            FetchLinks fetchLinks,
            Serving serving,
            Endpoints endpoints,
            ErrorHandler errors) {
        this.tasks = tasks;
        this.drivers = drivers;
        this.fetching = fetching;
        this.fetchLinks = fetchLinks;
        this.serving = serving;
        this.endpoints = endpoints;
        this.errors = errors;
    }

    /** Builds the first generation, on the thread that constructs the node, so that errors are seen there. */
    void connect() {
        BulkDriver next = drivers.get();
        driver = next;
        fetchLinks.connect(next.aeron());
        serving.connect(next.aeron(), endpoints);
    }

    @Override
    public int doWork() {
        long nowNs = System.nanoTime();
        int work = runTasks();
        BulkDriver current = driver;
        if (current == null) {
            return work + rebuild(nowNs);
        }
        work += current.invoke();
        if (current.isClosed()) {
            drop(current, nowNs);
            return 1;
        }
        return work + serving.work(nowNs) + fetching.work(nowNs);
    }

    private int runTasks() {
        int count = 0;
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            count++;
            task = count < TASKS_MAX_COUNT ? tasks.poll() : null;
        }
        return count;
    }

    private void drop(BulkDriver closed, long nowNs) {
        driver = null;
        fetchLinks.disconnect();
        serving.disconnect();
        CloseHelper.quietClose(closed);
        rebuildNs = nowNs;
    }

    private int rebuild(long nowNs) {
        if (nowNs - rebuildNs < 0) {
            return 0;
        }
        rebuildNs = nowNs + REBUILD_NS;
        try {
            connect();
        } catch (RuntimeException e) {
            errors.onError(e);
            CloseHelper.quietClose(driver);
            driver = null;
        }
        return 1;
    }

    @Override
    public void onClose() {
        runTasks();
        fetching.close();
        if (driver != null && !driver.isClosed()) {
            fetchLinks.close();
            serving.close();
        }
        CloseHelper.quietClose(driver);
    }

    @Override
    public String roleName() {
        return "covey-bulk";
    }
}

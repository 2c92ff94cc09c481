package covey.compute.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Splits independent items among a fixed number of threads, the caller being the first. One call at a time. */
final class Lanes implements AutoCloseable {
    /** Does items {@code from} to {@code to - 1}; {@code lane} numbers the thread, for scratch memory. */
    interface Body {
        void run(int lane, int from, int to);
    }

    private final int count;
    private final ExecutorService helpers;

    /** @param count threads in all, at least 1 */
    Lanes(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: " + count + " (expected: at least 1)");
        }
        this.count = count;
        helpers = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("compute-", 1).factory());
    }

    int count() {
        return count;
    }

    void run(int items, Body body) {
        List<Future<?>> others = new ArrayList<>();
        for (int lane = 1; lane < count; lane++) {
            int number = lane;
            others.add(helpers.submit(() -> body.run(number, bound(items, number), bound(items, number + 1))));
        }
        try {
            body.run(0, 0, bound(items, 1));
        } finally {
            others.forEach(Lanes::await);
        }
    }

    private int bound(int items, int lane) {
        return (int) ((long) items * lane / count);
    }

    /** Waits through interrupts: memory that a lane writes must not be used before it has ended. */
    private static void await(Future<?> lane) {
        boolean interrupted = false;
        while (true) {
            try {
                lane.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("kernel failed", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        helpers.shutdown();
    }
}

package covey.compute.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads, the caller's among them, that take independent items one after the other until none is
 * left. Who waits spins for about a microsecond and then parks, as nodes share processors. One call at a time.
 */
public final class Crew implements AutoCloseable {
    /** Does one item; {@code lane} numbers the thread, for scratch memory. */
    public interface Body {
        void run(int lane, int item);
    }

    private static final int SPINS = 30;

    private final Thread[] helpers;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private Body body = (lane, item) -> {};
    private int items;
    private volatile boolean closed;
    private volatile Thread caller = Thread.currentThread();
    private volatile @Nullable Throwable failure;

    /** @param count threads in all, at least 1 */
    public Crew(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads: " + count + " (expected: at least 1)");
        }
        helpers = new Thread[count - 1];
        for (int i = 0; i < helpers.length; i++) {
            int lane = i + 1;
            helpers[i] = Thread.ofPlatform().daemon().name("compute-" + lane).start(() -> help(lane));
        }
    }

    public int count() {
        return helpers.length + 1;
    }

    public void run(int itemCount, Body what) {
        if (itemCount <= 1 || helpers.length == 0) {
            for (int i = 0; i < itemCount; i++) {
                what.run(0, i);
            }
            return;
        }
        body = what;
        items = itemCount;
        caller = Thread.currentThread();
        next.set(0);
        busy.set(helpers.length);
        turn.incrementAndGet();
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
        work(0);
        awaitHelpers();
    }

    private void work(int lane) {
        try {
            for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
                body.run(lane, item);
            }
        } catch (Throwable e) {
            failure = e;
            next.set(items);
        }
    }

    /** Waits through interrupts: memory that a helper writes must not be used before it has ended. */
    private void awaitHelpers() {
        boolean interrupted = false;
        for (int spin = 0; busy.get() > 0; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            caller.interrupt();
        }
        Throwable failed = failure;
        if (failed != null) {
            failure = null;
            throw new IllegalStateException("kernel failed", failed);
        }
    }

    private void help(int lane) {
        int seen = 0;
        while (true) {
            for (int spin = 0; turn.get() == seen && !closed; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (closed) {
                return;
            }
            seen++;
            work(lane);
            if (busy.decrementAndGet() == 0) {
                LockSupport.unpark(caller);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
    }
}

package covey.node.startup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a signal (SIGTERM, SIGINT) ends in order: once {@link #onSignal} was called, the JVM ends only after
 * {@link #close}, or after {@link #MAX_S}. Waiting for the main thread instead would never return: it calls
 * {@code System.exit}, which waits for the hooks. Thread-safe.
 */
public final class OrderlyEnd implements AutoCloseable {
    /** Longer than a node takes whose inner step is long and whose disk is slow. */
    public static final long MAX_S = 90;

    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * From here on.
     *
     * @param stop asks for the end, does not wait for it, and says whether it was the first to ask
     * @param ended after an end that the signal was the first to ask for
     */
    public void onSignal(BooleanSupplier stop, Runnable ended) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (closed.getCount() == 0) {
                return;
            }
            boolean first = stop.getAsBoolean();
            try {
                closed.await(MAX_S, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (first) {
                ended.run();
            }
        }));
    }

    /** All is ended. */
    @Override
    public void close() {
        closed.countDown();
    }
}

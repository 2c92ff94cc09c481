package covey.transport.driver;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs at most one error in five seconds: the driver reports each failed send. Thread-safe. */
public final class RareLog implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RareLog.class);
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong lastNs = new AtomicLong(System.nanoTime() - PAUSE_NS);
    private final AtomicLong silenced = new AtomicLong();

    @Override
    public void onError(Throwable error) {
        long nowNs = System.nanoTime();
        long last = lastNs.get();
        if (nowNs - last >= PAUSE_NS && lastNs.compareAndSet(last, nowNs)) {
            LOG.warn("bulk transfer: {} ({} more since the last)", error.getMessage(), silenced.getAndSet(0), error);
        } else {
            silenced.incrementAndGet();
        }
    }
}

package covey.actors.remote;

import covey.protocol.model.Hotkey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refused hotkeys and passes each refusal on (rule F2: the refuser syncs blocks). One line a minute and key, and
 * at most {@value #LINES_MAX_COUNT} lines a minute in all, as a stranger can make keys without end. Thread-safe.
 */
public final class Refusals implements Consumer<Hotkey> {
    static final int LINES_MAX_COUNT = 64;
    private static final long QUIET_NS = 60_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Consumer<Hotkey> listener;
    private final AtomicLong count = new AtomicLong();
    private final Map<Hotkey, Long> loggedNs = new LinkedHashMap<>();

    /** @param listener told of every refusal, on the handshake's thread */
    public Refusals(Consumer<Hotkey> listener) {
        this.listener = listener;
    }

    @Override
    public void accept(Hotkey hotkey) {
        count.incrementAndGet();
        if (mayLog(hotkey, System.nanoTime())) {
            LOG.warn("TLS refused hotkey {}: not registered here (blocks up to this height)", hotkey.brief());
        }
        listener.accept(hotkey);
    }

    /** Refusals since the start. */
    public long count() {
        return count.get();
    }

    synchronized boolean mayLog(Hotkey hotkey, long nowNs) {
        loggedNs.values().removeIf(then -> nowNs - then >= QUIET_NS);
        return loggedNs.size() < LINES_MAX_COUNT && loggedNs.putIfAbsent(hotkey, nowNs) == null;
    }
}

package covey.actors.testing;

import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.ContentStore;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Bulk transfers between nodes of one JVM: who serves a content gives it at once, who does not is asked again. */
public final class MemoryNetwork implements AutoCloseable {
    private static final long ASK_AGAIN_MS = 10;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Map<Hotkey, Port> ports = new ConcurrentSkipListMap<>();
    private final Map<Hotkey, Integer> failing = new ConcurrentSkipListMap<>();

    /** The next {@code count} fetches of that node fail. */
    public void failNext(Hotkey fetcher, int count) {
        failing.put(fetcher, count);
    }

    /** How many of them are still to fail. */
    public int failuresLeft(Hotkey fetcher) {
        return failing.getOrDefault(fetcher, 0);
    }

    /** A new transfer of a node; what its former one served is served no more. */
    public BulkTransfer port(Hotkey self, ContentStore contents) {
        Port port = new Port(self, contents);
        ports.put(self, port);
        return port;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private final class Port implements BulkTransfer {
        private final Hotkey self;
        private final ContentStore contents;
        private final Set<ContentId> served = new ConcurrentSkipListSet<>();
        private final Map<ContentId, Fetching> fetching = new ConcurrentSkipListMap<>();

        private record Fetching(List<Hotkey> holders, FetchListener listener) {}

        private Port(Hotkey self, ContentStore contents) {
            this.self = self;
            this.contents = contents;
        }

        @Override
        public Offer offerFor(Hotkey fetcher) {
            return new Offer("localhost:1", "localhost:2", Bytes.of(new byte[16]), 1, 2);
        }

        @Override
        public void learn(Hotkey holder, Offer offer) {}

        @Override
        public void forget(Hotkey peer) {}

        @Override
        public void serve(ContentId id) {
            served.add(id);
        }

        @Override
        public void withdraw(ContentId id) {
            served.remove(id);
        }

        @Override
        public void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener) {
            fetching.put(id, new Fetching(holders, listener));
            thread.execute(() -> ask(id));
        }

        @Override
        public void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener) {
            thread.execute(() -> {
                Port port = ports.get(holder);
                if (port != null && port.served.contains(id)) {
                    listener.answered();
                } else {
                    listener.missed();
                }
            });
        }

        private void ask(ContentId id) {
            Fetching now = fetching.get(id);
            if (now == null) {
                return;
            }
            if (failing.getOrDefault(self, 0) > 0) {
                failing.merge(self, -1, Integer::sum);
                fetching.remove(id);
                now.listener().failed(id, "asked to");
                return;
            }
            Optional<MemorySegment> content =
                    now.holders().stream().flatMap(h -> given(h, id).stream()).findFirst();
            if (content.isPresent()) {
                contents.put(content.get());
                fetching.remove(id);
                now.listener().fetched(id);
            } else {
                thread.schedule(() -> ask(id), ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
            }
        }

        private Optional<MemorySegment> given(Hotkey holder, ContentId id) {
            Port port = ports.get(holder);
            return port != null && port.served.contains(id) ? port.contents.read(id) : Optional.empty();
        }

        @Override
        public void cancel(ContentId id) {
            fetching.remove(id);
        }

        @Override
        public Counters counters() {
            return new Counters(0, 0, 0, 0, 0);
        }

        @Override
        public void close() {
            served.clear();
            fetching.clear();
        }
    }
}

package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer.FetchListener;
import covey.protocol.port.BulkTransfer.Offer;
import covey.protocol.port.BulkTransfer.ProbeListener;
import covey.protocol.transfer.DataHeader;
import covey.protocol.transfer.FetchInput;
import covey.protocol.transfer.FetchMachine;
import covey.protocol.transfer.FetchState;
import covey.protocol.transfer.SegmentPlan;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/** All fetches of a node, by content. Used on the agent's thread. */
final class Fetching {
    private static final long TICK_NS = 5_000_000;

    private final FetchMachine machine;
    private final Shared shared;
    private final FetchLinks links;
    private final long salt;
    private final SortedMap<ContentId, Fetch> fetches = new TreeMap<>();
    private final List<Probe> probes = new ArrayList<>();
    private final SortedMap<Integer, Fetch> byTransfer = new TreeMap<>();
    private final byte[] headerBytes = new byte[DataHeader.BYTES];
    private int lastTransfer;
    private long tickedNs;

    /** @param salt a random number, so that nodes do not all prefer the same holders */
    Fetching(FetchMachine machine, Shared shared, FetchLinks links, long salt) {
        this.machine = machine;
        this.shared = shared;
        this.links = links;
        this.salt = salt;
        this.lastTransfer = (int) salt;
    }

    void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener) {
        Fetch known = fetches.get(id);
        if (known != null) {
            known.listen(listener);
            known.put(new FetchInput.Holders(System.nanoTime(), holders));
        } else if (!SegmentPlan.isLength(lengthBytes)) {
            listener.failed(
                    id, "content length: " + lengthBytes + " (expected: 1 to " + Limits.CONTENT_MAX_BYTES + ")");
        } else if (fetches.size() >= Limits.FETCHES_MAX_COUNT) {
            listener.failed(id, "fetches: " + fetches.size() + " (expected: below " + Limits.FETCHES_MAX_COUNT + ")");
        } else {
            FetchState state = FetchState.start(id, ++lastTransfer, lengthBytes, salt, System.nanoTime());
            Fetch fetch = new Fetch(machine, shared, state, listener, links::send);
            fetches.put(id, fetch);
            begin(fetch, holders);
        }
    }

    /** Several probes of one content may be under way, each with a holder of its own. */
    void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener) {
        long nowNs = System.nanoTime();
        boolean reachable = links.isUp(holder, nowNs) || links.canOpen(holder, nowNs);
        if (!reachable || probes.size() >= Limits.PROBES_MAX_COUNT) {
            listener.notAsked();
            return;
        }
        FetchState state = FetchState.start(id, ++lastTransfer, lengthBytes, salt, nowNs);
        Shared nowhere = shared.into(new OneSegment(segment));
        Fetch fetch = new Fetch(machine, nowhere, state, new Probing(listener), links::send);
        probes.add(new Probe(fetch, listener, nowNs + Limits.PROBE_NS));
        begin(fetch, List.of(holder));
    }

    /** @param untilNs when it is a miss, however slowly it goes on */
    private record Probe(Fetch fetch, ProbeListener listener, long untilNs) {
        boolean isOver(long nowNs) {
            if (!fetch.isOver() && nowNs - untilNs >= 0) {
                fetch.put(new FetchInput.Cancel());
                listener.missed();
            }
            return fetch.isOver();
        }
    }

    private record Probing(ProbeListener listener) implements FetchListener {
        @Override
        public void fetched(ContentId id) {
            listener.answered();
        }

        @Override
        public void failed(ContentId id, String reason) {
            listener.missed();
        }
    }

    private void begin(Fetch fetch, List<Hotkey> holders) {
        byTransfer.put(fetch.state().transfer(), fetch);
        fetch.put(new FetchInput.Holders(System.nanoTime(), holders));
        fetch.begin();
    }

    void cancel(ContentId id) {
        Fetch fetch = fetches.get(id);
        if (fetch != null) {
            fetch.put(new FetchInput.Cancel());
        }
    }

    /** One turn of the agent's duty cycle; returns how much there was to do. */
    int work(long nowNs) {
        int work = links.poll(this::onDatagram);
        boolean due = nowNs - tickedNs >= TICK_NS;
        tickedNs = due ? nowNs : tickedNs;
        all().forEach(fetch -> {
            if (fetch.wantsTick(due)) {
                tick(fetch, nowNs);
            }
        });
        fetches.values().removeIf(Fetch::isOver);
        probes.removeIf(probe -> probe.isOver(nowNs));
        byTransfer.values().removeIf(Fetch::isOver);
        if (due) {
            links.tend(nowNs);
        }
        return work;
    }

    private List<Fetch> all() {
        List<Fetch> all = new ArrayList<>(fetches.values());
        probes.forEach(probe -> all.add(probe.fetch()));
        return all;
    }

    private void tick(Fetch fetch, long nowNs) {
        int useful = 0;
        for (var entry : fetch.state().holders().entrySet()) {
            boolean up = links.isUp(entry.getKey(), nowNs);
            useful += up && nowNs >= entry.getValue().eligibleNs() ? 1 : 0;
            if (up != entry.getValue().linked()) {
                fetch.put(new FetchInput.Linked(nowNs, entry.getKey(), up));
            }
        }
        if (useful < Limits.FETCH_HOLDERS_MAX_COUNT && fetch.mayOpenLink(nowNs)) {
            openOne(fetch, nowNs);
        }
        fetch.put(new FetchInput.Tick(nowNs, Limits.SEGMENTS_IN_MEMORY_MAX_COUNT - segmentsInMemory()));
    }

    private void openOne(Fetch fetch, long nowNs) {
        fetch.state().holdersInOrder().stream()
                .filter(holder -> links.canOpen(holder, nowNs))
                .findFirst()
                .ifPresent(holder -> {
                    links.open(holder, nowNs);
                    fetch.openedLink(nowNs);
                });
    }

    private int segmentsInMemory() {
        return all().stream().mapToInt(fetch -> fetch.state().pieces().size()).sum();
    }

    private void onDatagram(Hotkey holder, DirectBuffer buffer, int at, int lengthBytes) {
        shared.totals().receivedBytes.add(lengthBytes);
        buffer.getBytes(at, headerBytes, 0, Math.min(lengthBytes, DataHeader.BYTES));
        try {
            DataHeader header =
                    DataHeader.decode(new ByteReader(headerBytes, 0, Math.min(lengthBytes, DataHeader.BYTES)));
            onDatagram(holder, header, buffer, at + DataHeader.BYTES, lengthBytes - DataHeader.BYTES);
        } catch (Malformed e) {
            shared.totals().malformedFrames.increment();
        }
    }

    private void onDatagram(Hotkey holder, DataHeader header, DirectBuffer buffer, int at, int lengthBytes) {
        Fetch fetch = byTransfer.get(header.transfer());
        if (fetch == null) {
            return;
        }
        if (header.notHere()) {
            fetch.put(new FetchInput.NotHere(System.nanoTime(), holder));
        } else {
            fetch.arrived(new FetchInput.Arrived(System.nanoTime(), holder, header, lengthBytes), buffer, at);
        }
    }

    void learn(Hotkey holder, Offer offer) {
        links.learn(holder, offer);
    }

    void forget(Hotkey holder) {
        links.forget(holder);
    }

    /** Ends all fetches without a word to their listeners. */
    void close() {
        all().forEach(fetch -> fetch.put(new FetchInput.Cancel()));
    }
}

package covey.transport.agent;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer.Offer;
import covey.protocol.transfer.TransferRequest;
import covey.transport.guard.SessionGate;
import covey.transport.link.Channels;
import covey.transport.link.FetchLink;
import io.aeron.Aeron;
import io.aeron.exceptions.AeronException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * A fetcher's links with holders: opened when wanted, anew when broken, closed when idle. Used on the agent's thread.
 */
final class FetchLinks {
    private static final long BROKEN_NS = 4_000_000_000L;
    /** The driver keeps a closed channel's session for half a second, here and at the holder, and refuses it anew. */
    private static final long REOPEN_NS = 1_000_000_000L;

    private static final long IDLE_NS = 300_000_000_000L;

    private final SessionGate gate;
    private final ErrorHandler errors;
    private final SortedMap<Hotkey, Offer> offers = new TreeMap<>();
    private final SortedMap<Hotkey, FetchLink> links = new TreeMap<>();
    private final SortedMap<Hotkey, Long> notBeforeNs = new TreeMap<>();
    private @Nullable Aeron aeron;

    interface DatagramHandler {
        void onDatagram(Hotkey holder, DirectBuffer buffer, int at, int lengthBytes);
    }

    FetchLinks(SessionGate gate, ErrorHandler errors) {
        this.gate = gate;
        this.errors = errors;
    }

    void connect(Aeron next) {
        aeron = next;
    }

    /** The client closed and took its channels with it. */
    void disconnect() {
        links.clear();
        aeron = null;
    }

    void learn(Hotkey holder, Offer offer) {
        if (!Channels.isEndpoint(offer.requestEndpoint()) || !Channels.isEndpoint(offer.responseControl())) {
            errors.onError(new IllegalArgumentException(
                    "offer of " + holder.brief() + ": no HOST:PORT in it (expected: two)"));
        } else if (!offer.equals(offers.put(holder, offer))) {
            gate.admit(Channels.RESPONSE_STREAM, offer.responseSessionId());
        }
    }

    void forget(Hotkey holder) {
        Offer offer = offers.remove(holder);
        if (offer != null) {
            gate.refuse(Channels.RESPONSE_STREAM, offer.responseSessionId());
        }
        FetchLink link = links.remove(holder);
        if (link != null) {
            close(holder, link);
        }
        notBeforeNs.remove(holder);
    }

    /** Whether the holder can be asked now. */
    boolean isUp(Hotkey holder, long nowNs) {
        FetchLink link = links.get(holder);
        if (link == null) {
            return false;
        }
        link.use(nowNs);
        return link.isUp();
    }

    /** Whether a link to the holder should be opened now, if one is wanted. */
    boolean canOpen(Hotkey holder, long nowNs) {
        return offers.containsKey(holder)
                && !links.containsKey(holder)
                && links.size() < Limits.BULK_PEERS_MAX
                && nowNs - notBeforeNs.getOrDefault(holder, nowNs) >= 0;
    }

    void open(Hotkey holder, long nowNs) {
        Offer offer = offers.get(holder);
        if (aeron == null || offer == null) {
            return;
        }
        notBeforeNs.put(holder, nowNs + REOPEN_NS);
        try {
            links.put(holder, new FetchLink(aeron, offer, nowNs));
        } catch (AeronException e) {
            errors.onError(e);
        }
    }

    void send(Hotkey holder, TransferRequest request) {
        FetchLink link = links.get(holder);
        if (link != null) {
            link.send(request);
        }
    }

    int poll(DatagramHandler handler) {
        int work = 0;
        for (var entry : links.entrySet()) {
            Hotkey holder = entry.getKey();
            work += entry.getValue().poll((buffer, at, length, _) -> handler.onDatagram(holder, buffer, at, length));
        }
        return work;
    }

    /** Closes links that are broken, or idle, or down while a newer offer is known. */
    void tend(long nowNs) {
        links.entrySet().removeIf(entry -> {
            FetchLink link = entry.getValue();
            boolean newer = !link.offer().equals(offers.get(entry.getKey()));
            boolean broken = link.downNs(nowNs) > (newer ? 0 : BROKEN_NS);
            if (broken || link.idleNs(nowNs) > IDLE_NS) {
                close(entry.getKey(), link);
                notBeforeNs.put(entry.getKey(), newer ? nowNs : nowNs + REOPEN_NS);
                return true;
            }
            return false;
        });
    }

    private void close(Hotkey holder, FetchLink link) {
        link.close();
        if (!link.offer().equals(offers.get(holder))) {
            gate.refuse(Channels.RESPONSE_STREAM, link.offer().responseSessionId());
        }
    }

    void close() {
        links.values().forEach(FetchLink::close);
        links.clear();
    }
}

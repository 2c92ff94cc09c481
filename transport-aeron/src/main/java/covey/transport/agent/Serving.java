package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.transfer.DataHeader;
import covey.protocol.transfer.SegmentPlan;
import covey.protocol.transfer.ServeEffect;
import covey.protocol.transfer.ServeInput;
import covey.protocol.transfer.ServeMachine;
import covey.protocol.transfer.ServeState;
import covey.protocol.transfer.TransferRequest;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import covey.transport.driver.Endpoints;
import covey.transport.link.Offers;
import covey.transport.link.RequestInlet;
import covey.transport.link.ServeLink;
import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.Header;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * Interprets the machine of a holder. Links are known by the session id of their requests. Used on the agent's
 * thread.
 */
final class Serving {
    private static final long RETRY_NS = 200_000_000L;

    private final ServeMachine machine;
    private final Shared shared;
    private final Offers offers;
    private final ErrorHandler errors;
    private final SortedMap<ContentId, Held> held = new TreeMap<>();
    private final SortedMap<Integer, ServeLink> links = new TreeMap<>();
    private final Deque<Image> arrived = new ArrayDeque<>();
    /** Closed outside the client's handlers. */
    private final Deque<ServeLink> retired = new ArrayDeque<>();

    private final byte[] datagram = new byte[Limits.DATAGRAM_LOOPBACK_MAX_BYTES];
    private final byte[] requestBytes = new byte[Limits.DATAGRAM_MAX_BYTES];
    private ServeState state;
    private @Nullable Aeron aeron;
    private @Nullable RequestInlet inlet;
    private String responseControl = "";
    private long openNotBeforeNs;

    /** @param leafList the hashes of the segments, one after the other */
    private record Held(MemorySegment content, MemorySegment leafList) {
        MemorySegment bytes(int segment, SegmentPlan plan) {
            return segment == SegmentPlan.LEAVES
                    ? leafList
                    : content.asSlice(plan.startOf(segment), plan.bytesOf(segment));
        }
    }

    Serving(ServeMachine machine, ServeState state, Shared shared, Offers offers, ErrorHandler errors) {
        this.machine = machine;
        this.state = state;
        this.shared = shared;
        this.offers = offers;
        this.errors = errors;
        this.openNotBeforeNs = System.nanoTime();
    }

    void connect(Aeron next, Endpoints endpoints) {
        aeron = next;
        responseControl = endpoints.boundResponse();
        inlet = new RequestInlet(next, endpoints.boundRequest(), arrived::add, this::gone);
    }

    /** The client closed and took its channels with it. */
    void disconnect() {
        List.copyOf(links.keySet()).forEach(link -> put(new ServeInput.Closed(link)));
        links.clear();
        arrived.clear();
        retired.clear();
        aeron = null;
        inlet = null;
    }

    /** Reads the content's place in the store, then serves it. */
    void serve(ContentId id) {
        shared.disk().run(() -> {
            Optional<Held> found = read(id);
            shared.disk().report(() -> found.ifPresent(content -> serve(id, content)));
        });
    }

    private Optional<Held> read(ContentId id) {
        try {
            return shared.store()
                    .read(id)
                    .filter(content -> SegmentPlan.isLength(content.byteSize()))
                    .flatMap(content -> shared.store()
                            .leaves(id)
                            .map(leaves -> new Held(content, MemorySegment.ofArray(flat(leaves)))));
        } catch (RuntimeException e) {
            errors.onError(e);
            return Optional.empty();
        }
    }

    private static byte[] flat(List<Hash> leaves) {
        byte[] flat = new byte[leaves.size() * Hash.BYTES];
        for (int i = 0; i < leaves.size(); i++) {
            System.arraycopy(leaves.get(i).bytes(), 0, flat, i * Hash.BYTES, Hash.BYTES);
        }
        return flat;
    }

    private void serve(ContentId id, Held content) {
        held.put(id, content);
        put(new ServeInput.Serve(id, content.content().byteSize()));
    }

    /** Behind what {@link #serve} asked of the disk, so that the two do not overtake each other. */
    void withdraw(ContentId id) {
        shared.disk()
                .run(() -> shared.disk().report(() -> {
                    put(new ServeInput.Withdraw(id));
                    held.remove(id);
                }));
    }

    /** Closes the fetcher's link. */
    void forget(Hotkey fetcher) {
        links.entrySet().removeIf(entry -> {
            boolean theirs = entry.getValue().made().fetcher().equals(fetcher);
            if (theirs) {
                put(new ServeInput.Closed(entry.getKey()));
                entry.getValue().close();
            }
            return theirs;
        });
    }

    int work(long nowNs) {
        while (!retired.isEmpty()) {
            retired.removeFirst().close();
        }
        open(nowNs);
        int work = inlet == null ? 0 : inlet.poll(this::onRequest);
        return state.isIdle() ? work : work + send(nowNs);
    }

    /** Opens the way back for a fetcher whose requests begin to come. */
    private void open(long nowNs) {
        if (arrived.isEmpty() || aeron == null || nowNs - openNotBeforeNs < 0) {
            return;
        }
        Image image = arrived.removeFirst();
        Optional<Offers.Made> made = offers.bySession(image.sessionId());
        if (image.isClosed() || made.isEmpty() || links.size() >= Limits.BULK_PEERS_MAX) {
            return;
        }
        try {
            ServeLink link = new ServeLink(aeron, made.get(), responseControl, image.correlationId());
            forget(made.get().fetcher());
            offers.take(made.get());
            links.put(image.sessionId(), link);
            put(new ServeInput.Opened(nowNs, image.sessionId(), link.unitsPerDatagram()));
        } catch (AeronException e) {
            errors.onError(e);
            arrived.addLast(image);
            openNotBeforeNs = nowNs + RETRY_NS;
        }
    }

    private void gone(Image image) {
        arrived.remove(image);
        ServeLink link = links.remove(image.sessionId());
        if (link != null) {
            put(new ServeInput.Closed(image.sessionId()));
            retired.add(link);
        }
    }

    private void onRequest(DirectBuffer buffer, int at, int length, Header header) {
        ServeLink link = links.get(header.sessionId());
        if (link == null || length > requestBytes.length) {
            return;
        }
        buffer.getBytes(at, requestBytes, 0, length);
        try {
            TransferRequest.Received received = TransferRequest.decode(new ByteReader(requestBytes, 0, length));
            if (link.made().isToken(received.token())) {
                put(new ServeInput.Asked(header.sessionId(), received.request()));
            } else {
                shared.totals().malformedFrames.increment();
            }
        } catch (Malformed e) {
            shared.totals().malformedFrames.increment();
        }
    }

    private void put(ServeInput input) {
        for (ServeEffect effect : apply(input)) {
            if (effect instanceof ServeEffect.NotHere e) {
                notHere(e);
            }
        }
    }

    private List<ServeEffect> apply(ServeInput input) {
        ServeMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        return transition.effects();
    }

    private void notHere(ServeEffect.NotHere effect) {
        ServeLink link = links.get(effect.link());
        if (link != null) {
            DataHeader.notHere(effect.transfer()).encode(datagram);
            link.send(datagram, DataHeader.BYTES);
        }
    }

    /** Sends what the buckets allow; what a link did not take goes back, the last first. */
    private int send(long nowNs) {
        int sent = 0;
        List<ServeEffect.Send> refused = new ArrayList<>();
        for (ServeEffect effect : apply(new ServeInput.Tick(nowNs))) {
            if (effect instanceof ServeEffect.Send e) {
                boolean blocked = refused.stream().anyMatch(r -> r.link() == e.link());
                if (blocked || !send(e)) {
                    refused.add(e);
                } else {
                    sent++;
                }
            }
        }
        refused.reversed().forEach(e -> apply(new ServeInput.Returned(e)));
        return sent;
    }

    private boolean send(ServeEffect.Send effect) {
        ServeLink link = links.get(effect.link());
        Held content = held.get(effect.content());
        SegmentPlan plan = state.served().get(effect.content());
        if (link == null || content == null || plan == null) {
            return true;
        }
        int offset = effect.units().first() * Limits.TRANSFER_UNIT_BYTES;
        int length = plan.bytesOf(effect.segment(), effect.units());
        new DataHeader(effect.transfer(), effect.segment(), offset, effect.ask(), effect.last(), false)
                .encode(datagram);
        MemorySegment.copy(
                content.bytes(effect.segment(), plan),
                ValueLayout.JAVA_BYTE,
                offset,
                datagram,
                DataHeader.BYTES,
                length);
        boolean taken = link.send(datagram, DataHeader.BYTES + length);
        shared.totals().sentBytes.add(taken ? DataHeader.BYTES + length : 0);
        return taken;
    }

    void close() {
        links.values().forEach(ServeLink::close);
        links.clear();
        if (inlet != null) {
            inlet.close();
        }
    }
}

package covey.transport.link;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer.Offer;
import covey.protocol.transfer.TransferRequest;
import covey.transport.guard.SessionGate;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What this node offered to fetchers. Thread-safe. */
public final class Offers {
    private final SecureRandom random;
    private final SessionGate gate;
    private final String requestEndpoint;
    private final String responseControl;
    private final SortedMap<Hotkey, Entry> byFetcher = new TreeMap<>();

    /**
     * @param taken whether a link with the latest offer came
     * @param former the offer before it, which holds until then
     */
    private record Entry(
            Offer latest, boolean taken, @Nullable Offer former) {
        boolean has(int session) {
            return latest.requestSessionId() == session || former != null && former.requestSessionId() == session;
        }

        Offer of(int session) {
            return former != null && former.requestSessionId() == session ? former : latest;
        }
    }

    /** An offer and whom it was made for. */
    public record Made(Hotkey fetcher, Offer offer) {
        /** Whether the token of a request is that of the offer; takes the same time for each. */
        public boolean isToken(byte[] token) {
            return MessageDigest.isEqual(token, offer.token().unsafeArray());
        }
    }

    public Offers(SecureRandom random, SessionGate gate, String requestEndpoint, String responseControl) {
        this.random = random;
        this.gate = gate;
        this.requestEndpoint = requestEndpoint;
        this.responseControl = responseControl;
    }

    /** The same offer until a link came with it, then a new one; the old one holds until the new one's link comes. */
    public synchronized Offer offerFor(Hotkey fetcher) {
        Entry known = byFetcher.get(fetcher);
        if (known != null && !known.taken()) {
            return known.latest();
        }
        byte[] token = new byte[TransferRequest.TOKEN_BYTES];
        random.nextBytes(token);
        Offer offer = new Offer(requestEndpoint, responseControl, Bytes.wrap(token), session(), session());
        byFetcher.put(fetcher, new Entry(offer, false, known == null ? null : known.latest()));
        gate.admit(Channels.REQUEST_STREAM, offer.requestSessionId());
        return offer;
    }

    /** Aeron reserves −1. */
    private int session() {
        return random.nextInt(1, Integer.MAX_VALUE);
    }

    /** Whom the session was offered to, if the offer holds. */
    public synchronized Optional<Made> bySession(int requestSession) {
        return byFetcher.entrySet().stream()
                .filter(e -> e.getValue().has(requestSession))
                .findFirst()
                .map(e -> new Made(e.getKey(), e.getValue().of(requestSession)));
    }

    /** A link came with this offer. If it is the fetcher's latest, the former one ends. */
    public synchronized void take(Made made) {
        Entry known = byFetcher.get(made.fetcher());
        if (known != null && known.latest().equals(made.offer())) {
            refuse(known.former());
            byFetcher.put(made.fetcher(), new Entry(known.latest(), true, null));
        }
    }

    public synchronized void forget(Hotkey fetcher) {
        Entry known = byFetcher.remove(fetcher);
        if (known != null) {
            refuse(known.former());
            refuse(known.latest());
        }
    }

    private void refuse(@Nullable Offer offer) {
        if (offer != null) {
            gate.refuse(Channels.REQUEST_STREAM, offer.requestSessionId());
        }
    }
}

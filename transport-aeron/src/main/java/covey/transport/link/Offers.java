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

/** What this node offered to fetchers. Thread-safe. */
public final class Offers {
    private final SecureRandom random;
    private final SessionGate gate;
    private final String requestEndpoint;
    private final String responseControl;
    private final SortedMap<Hotkey, Entry> byFetcher = new TreeMap<>();

    /** @param used whether its link came and went */
    private record Entry(Offer offer, boolean used) {}

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

    /** The same offer until its link came and went, then a new one. */
    public synchronized Offer offerFor(Hotkey fetcher) {
        Entry known = byFetcher.get(fetcher);
        if (known != null && !known.used()) {
            return known.offer();
        }
        forget(fetcher);
        byte[] token = new byte[TransferRequest.TOKEN_BYTES];
        random.nextBytes(token);
        Offer offer = new Offer(requestEndpoint, responseControl, Bytes.wrap(token), session(), session());
        byFetcher.put(fetcher, new Entry(offer, false));
        gate.admit(Channels.REQUEST_STREAM, offer.requestSessionId());
        return offer;
    }

    /** Aeron reserves −1. */
    private int session() {
        return random.nextInt(1, Integer.MAX_VALUE);
    }

    public synchronized Optional<Made> bySession(int requestSession) {
        return byFetcher.entrySet().stream()
                .filter(e -> e.getValue().offer().requestSessionId() == requestSession)
                .findFirst()
                .map(e -> new Made(e.getKey(), e.getValue().offer()));
    }

    /** The link of this session is gone. The offer still holds, but the next one is new. */
    public synchronized void used(int requestSession) {
        bySession(requestSession).ifPresent(made -> byFetcher.put(made.fetcher(), new Entry(made.offer(), true)));
    }

    public synchronized void forget(Hotkey fetcher) {
        Entry known = byFetcher.remove(fetcher);
        if (known != null) {
            gate.refuse(Channels.REQUEST_STREAM, known.offer().requestSessionId());
        }
    }
}

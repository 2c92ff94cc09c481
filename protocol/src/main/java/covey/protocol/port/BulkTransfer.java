package covey.protocol.port;

import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.List;

/**
 * Moves contents between nodes, receiver-driven. All methods return at once and may be called from any thread;
 * listeners are called on the transfer's own thread and must not block.
 */
public interface BulkTransfer extends AutoCloseable {
    /**
     * What one node tells another so that it may fetch from it. It travels over the authenticated control plane.
     *
     * @param requestEndpoint HOST:PORT where the holder takes requests
     * @param responseControl HOST:PORT of the holder's response control
     * @param token 16 bytes that requests of the receiver of this offer must carry
     * @param requestSessionId session id that the holder expects of the fetcher's request publication
     * @param responseSessionId session id that the holder will use towards this fetcher
     */
    record Offer(
            String requestEndpoint, String responseControl, Bytes token, int requestSessionId, int responseSessionId) {}

    /** What became of a fetch. */
    interface FetchListener {
        /** The content is complete, verified and durable in the store. */
        void fetched(ContentId id);

        /** So many of its segments are verified and written, those of before a restart among them. */
        default void progressed(ContentId id, int verifiedSegments) {}

        /** Nobody of the holders could give it within the bound; the fetch is over. Verified segments are kept. */
        void failed(ContentId id, String reason);
    }

    /**
     * The offer for {@code fetcher}, whose sessions it lets in: the same until a link came with it, then a new one,
     * while the old one holds until it is used. So a control plane may repeat offers at any time, and must make one
     * when a peer comes back after a restart.
     */
    Offer offerFor(Hotkey fetcher);

    /** Notes how to fetch from {@code holder}. A link that works is kept; the offer is for the next one. */
    void learn(Hotkey holder, Offer offer);

    /** Drops links with a peer and what it was offered. */
    void forget(Hotkey peer);

    /** Lets the content be served to whoever has a token; until then requests for it are answered with "not here". */
    void serve(ContentId id);

    /** Ends {@link #serve}. */
    void withdraw(ContentId id);

    /**
     * Starts, or widens the holders of, a fetch. Holders without an offer yet are used once it is learnt. A holder that
     * does not serve the content yet is asked again. A content that the store has already is reported at once.
     *
     * @param lengthBytes 1 to {@code Limits.CONTENT_MAX_BYTES}
     * @param listener of a new fetch; of one in progress it replaces the former listener
     */
    void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener);

    /** What became of a probe. */
    interface ProbeListener {
        /** The segment came and was right. */
        void answered();

        /** It did not come in time. */
        void missed();

        /** The holder was not asked: there is no way to it from here, or too much is asked at once. */
        void notAsked();
    }

    /**
     * Asks one holder for one segment of a content, whether or not this node has it, and keeps nothing. It is over,
     * one way or the other, after {@code Limits.PROBE_NS}.
     *
     * @param segment 0 until before the content's number of segments
     */
    void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener);

    /** Ends a fetch without a word to its listener. Verified segments are kept. */
    void cancel(ContentId id);

    /** Totals since the start, for metrics: bytes sent and received as datagrams, segments verified and refused. */
    record Counters(long sentBytes, long receivedBytes, long verifiedSegments, long badSegments, long droppedFrames) {}

    Counters counters();

    @Override
    void close();
}

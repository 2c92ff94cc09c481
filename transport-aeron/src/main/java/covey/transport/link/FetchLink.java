package covey.transport.link;

import covey.protocol.port.BulkTransfer.Offer;
import covey.protocol.transfer.TransferRequest;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** A fetcher's pair of channels with one holder. Used on the agent's thread. */
public final class FetchLink implements AutoCloseable {
    private static final int POLL_MAX_COUNT = 64;

    private final Offer offer;
    private final Subscription responses;
    private final ExclusivePublication requests;
    private long upNs;
    private long usedNs;

    /** @throws io.aeron.exceptions.RegistrationException if the driver refuses a channel */
    public FetchLink(Aeron aeron, Offer offer, long nowNs) {
        this.offer = offer;
        this.upNs = nowNs;
        this.usedNs = nowNs;
        responses = aeron.addSubscription(Channels.responses(offer.responseControl()), Channels.RESPONSE_STREAM);
        try {
            requests = aeron.addExclusivePublication(
                    Channels.toRequest(offer.requestEndpoint(), offer.requestSessionId(), responses.registrationId()),
                    Channels.REQUEST_STREAM);
        } catch (RuntimeException e) {
            responses.close();
            throw e;
        }
    }

    public Offer offer() {
        return offer;
    }

    /** Whether requests reach the holder and answers come back. */
    public boolean isUp() {
        return requests.isConnected() && responses.isConnected();
    }

    /** How long it has not been up. */
    public long downNs(long nowNs) {
        upNs = isUp() ? nowNs : upNs;
        return nowNs - upNs;
    }

    public void use(long nowNs) {
        usedNs = nowNs;
    }

    public long idleNs(long nowNs) {
        return nowNs - usedNs;
    }

    /** Sends it if there is room; a request that is lost is made again by the fetch. */
    public void send(TransferRequest request) {
        requests.offer(new UnsafeBuffer(request.encode(offer.token().unsafeArray())));
    }

    public int poll(FragmentHandler handler) {
        return responses.poll(handler, POLL_MAX_COUNT);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(requests, responses);
    }
}

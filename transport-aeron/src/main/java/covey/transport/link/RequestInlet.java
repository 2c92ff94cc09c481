package covey.transport.link;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.util.function.Consumer;

/** A holder's one channel for the requests of all fetchers. Used on the agent's thread. */
public final class RequestInlet implements AutoCloseable {
    private static final int POLL_MAX_COUNT = 16;

    private final Subscription requests;

    /** The handlers run inside the client's housekeeping and must not add channels. */
    public RequestInlet(Aeron aeron, String endpoint, Consumer<Image> available, Consumer<Image> unavailable) {
        requests = aeron.addSubscription(
                Channels.requests(endpoint), Channels.REQUEST_STREAM, available::accept, unavailable::accept);
    }

    public int poll(FragmentHandler handler) {
        return requests.poll(handler, POLL_MAX_COUNT);
    }

    @Override
    public void close() {
        requests.close();
    }
}

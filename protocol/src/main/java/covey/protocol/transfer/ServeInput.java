package covey.protocol.transfer;

import covey.protocol.model.ContentId;

/** What can happen to a holder. Times are monotonic nanoseconds. */
public sealed interface ServeInput {
    record Serve(ContentId content, long lengthBytes) implements ServeInput {}

    record Withdraw(ContentId content) implements ServeInput {}

    /** @param unitsPerDatagram at least 1 */
    record Opened(long nowNs, int link, int unitsPerDatagram) implements ServeInput {}

    record Closed(int link) implements ServeInput {}

    /** A request whose token was right. Nothing else in it is trusted. */
    record Asked(int link, TransferRequest request) implements ServeInput {}

    /**
     * The link did not take this datagram: it goes back, and the link rests until the next tick. Of several datagrams
     * the last one is returned first.
     */
    record Returned(ServeEffect.Send send) implements ServeInput {}

    record Tick(long nowNs) implements ServeInput {}
}

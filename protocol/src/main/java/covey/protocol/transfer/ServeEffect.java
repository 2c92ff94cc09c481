package covey.protocol.transfer;

import covey.protocol.model.ContentId;

/** What a holder wants sent. */
public sealed interface ServeEffect {
    int link();

    /** One datagram with these units of the segment. */
    record Send(int link, int transfer, ContentId content, int segment, UnitRange units, int ask, boolean last)
            implements ServeEffect {}

    record NotHere(int link, int transfer) implements ServeEffect {}
}

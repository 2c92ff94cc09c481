package covey.transport.link;

import covey.protocol.model.Limits;
import covey.protocol.transfer.DataHeader;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.BufferClaim;

/** A holder's answers to one fetcher. Used on the agent's thread. */
public final class ServeLink implements AutoCloseable {
    private final Offers.Made made;
    private final ExclusivePublication responses;
    private final BufferClaim claim = new BufferClaim();

    /**
     * @param control HOST:PORT that this node's answers come from
     * @param imageCorrelation of the image of the fetcher's requests, which shows the driver where to answer
     * @throws io.aeron.exceptions.RegistrationException if the driver refuses the channel
     */
    public ServeLink(Aeron aeron, Offers.Made made, String control, long imageCorrelation) {
        this.made = made;
        String channel = Channels.toRespond(control, made.offer().responseSessionId(), imageCorrelation);
        responses = aeron.addExclusivePublication(channel, Channels.RESPONSE_STREAM);
    }

    public Offers.Made made() {
        return made;
    }

    public int unitsPerDatagram() {
        return (responses.maxPayloadLength() - DataHeader.BYTES) / Limits.TRANSFER_UNIT_BYTES;
    }

    /** Sends one datagram; false if the link takes none now. */
    public boolean send(byte[] datagram, int length) {
        if (responses.tryClaim(length, claim) < 0) {
            return false;
        }
        claim.buffer().putBytes(claim.offset(), datagram, 0, length);
        claim.commit();
        return true;
    }

    @Override
    public void close() {
        responses.close();
    }
}

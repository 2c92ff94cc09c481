package covey.transport.guard;

import covey.protocol.model.Limits;
import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Drops frames of sessions that the {@link SessionGate} does not know, and terms larger than ours, before the driver
 * allocates anything for them: an eight times repeated SETUP of 40 bytes maps 24 GiB otherwise. Runs on the driver's
 * thread.
 */
public final class GuardedReceiveEndpoint extends ReceiveChannelEndpoint {
    private static final int TERM_MIN_BYTES = 64 << 10;
    private static final int MTU_MAX_BYTES = Limits.DATAGRAM_LOOPBACK_MAX_BYTES + DataHeaderFlyweight.HEADER_LENGTH;

    private final SessionGate gate;

    public GuardedReceiveEndpoint(
            UdpChannel channel,
            DataPacketDispatcher dispatcher,
            AtomicCounter statusIndicator,
            MediaDriver.Context context,
            SessionGate gate) {
        super(channel, dispatcher, statusIndicator, context);
        this.gate = gate;
    }

    @Override
    public int onDataPacket(
            DataHeaderFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress source, int transport) {
        if (gate.admits(header.streamId(), header.sessionId())) {
            return super.onDataPacket(header, buffer, length, source, transport);
        }
        gate.drop();
        return 0;
    }

    @Override
    public void onSetupMessage(
            SetupFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress source, int transport) {
        if (gate.admits(header.streamId(), header.sessionId()) && isModest(header)) {
            super.onSetupMessage(header, buffer, length, source, transport);
        } else {
            gate.drop();
        }
    }

    @Override
    public void onRttMeasurement(
            RttMeasurementFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress source, int transport) {
        if (gate.admits(header.streamId(), header.sessionId())) {
            super.onRttMeasurement(header, buffer, length, source, transport);
        } else {
            gate.drop();
        }
    }

    private static boolean isModest(SetupFlyweight header) {
        int term = header.termLength();
        return term >= TERM_MIN_BYTES
                && term <= Limits.BULK_TERM_BYTES
                && Integer.bitCount(term) == 1
                && header.mtuLength() <= MTU_MAX_BYTES;
    }
}

package covey.chaos.means;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PacketTest {
    private static final int IP_BYTES = 20;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final Seed seed = Seed.of(1);

    private byte[] packet(int protocol, int headerBytes, int payloadBytes) {
        byte[] packet = new byte[IP_BYTES + headerBytes + payloadBytes];
        seed.nextBytes(packet);
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.put(0, (byte) 0x45).putShort(6, (short) 0).put(9, (byte) protocol);
        if (protocol == TCP) {
            bytes.put(IP_BYTES + 12, (byte) (headerBytes / 4 << 4));
        }
        int at = sumAt(protocol);
        bytes.putShort(at, (short) 0).putShort(at, (short) ~sum(bytes));
        return packet;
    }

    private static int sumAt(int protocol) {
        return IP_BYTES + (protocol == TCP ? 16 : 6);
    }

    /** Ones' complement sum of what follows the IP header; the addresses before it do not change. */
    private static int sum(ByteBuffer packet) {
        int sum = 0;
        for (int i = IP_BYTES; i < packet.limit(); i++) {
            sum += (packet.get(i) & 0xFF) << ((i - IP_BYTES) % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return sum;
    }

    @Test
    void shouldFlipABitOfThePayloadAndPutTheSumRight() {
        for (int i = 0; i < 2_000; i++) {
            boolean isTcp = seed.nextBoolean();
            int headerBytes = isTcp ? 20 + 4 * seed.nextInt(11) : 8;
            byte[] packet = packet(isTcp ? TCP : UDP, headerBytes, 1 + seed.nextInt(70));
            byte[] before = packet.clone();
            Packet.falsify(packet, seed);
            int flipped = 0;
            for (int at = 0; at < packet.length; at++) {
                boolean isPayload = at >= IP_BYTES + headerBytes;
                flipped += isPayload ? Integer.bitCount((packet[at] ^ before[at]) & 0xFF) : 0;
            }
            assertThat(flipped).isEqualTo(1);
            assertThat(sum(ByteBuffer.wrap(packet))).isEqualTo(0xFFFF);
        }
    }

    @Test
    void shouldLeaveAloneWhatCarriesNothing() {
        byte[] empty = packet(TCP, 20, 0);
        byte[] before = empty.clone();
        Packet.falsify(empty, seed);
        assertThat(empty).isEqualTo(before);
    }

    @Test
    void shouldLeaveAloneWhatIsNeitherTcpNorUdp() {
        byte[] ping = packet(UDP, 8, 20);
        ping[9] = 1;
        byte[] before = ping.clone();
        Packet.falsify(ping, seed);
        assertThat(ping).isEqualTo(before);
    }
}

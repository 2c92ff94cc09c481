package covey.chaos.means;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** What a bad machine on the way does to an IPv4 packet. */
final class Packet {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int FRAGMENT_BITS = 0x3FFF;

    private Packet() {}

    /**
     * Flips a bit of what TCP or UDP carry, and puts the checksum right, so that only those who use the bytes can tell.
     * Other packets stay as they are.
     */
    static void falsify(byte[] packet, RandomGenerator random) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int start = 4 * (packet[0] & 15);
        boolean isWhole = packet[0] >> 4 == 4 && (bytes.getShort(6) & FRAGMENT_BITS) == 0;
        int protocol = packet[9];
        if (!isWhole || protocol != TCP && protocol != UDP) {
            return;
        }
        int sumAt = start + (protocol == TCP ? 16 : 6);
        int payload = start + (protocol == TCP ? 4 * (packet[start + 12] >> 4 & 15) : 8);
        if (payload < packet.length) {
            int at = random.nextInt(payload, packet.length);
            int word = at - (at - start) % 2;
            int before = word(bytes, word);
            packet[at] ^= (byte) (1 << random.nextInt(8));
            correct(bytes, sumAt, before, word(bytes, word));
        }
    }

    /** The last byte of an odd number counts as if a zero followed. */
    private static int word(ByteBuffer bytes, int at) {
        return at + 1 < bytes.limit() ? bytes.getShort(at) & 0xFFFF : (bytes.get(at) & 0xFF) << 8;
    }

    /** RFC 1624, equation 3. UDP without a checksum stays so. */
    private static void correct(ByteBuffer bytes, int sumAt, int before, int after) {
        int old = bytes.getShort(sumAt) & 0xFFFF;
        int sum = (~old & 0xFFFF) + (~before & 0xFFFF) + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        if (old != 0) {
            bytes.putShort(sumAt, (short) ~sum);
        }
    }
}

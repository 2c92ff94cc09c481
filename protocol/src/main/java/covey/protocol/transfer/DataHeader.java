package covey.protocol.transfer;

import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;

/**
 * The 16 bytes before a datagram's data: transfer, segment, offset, and a word of the ask's number with two flags; each
 * an i32, little-endian. So every datagram says itself where its bytes belong.
 *
 * @param transfer the fetcher's number for the fetch
 * @param segment of the content, or {@link SegmentPlan#LEAVES}
 * @param offset of the data in the segment, in bytes
 * @param ask number of the request that this answers, below 2^30
 * @param last whether it is the last datagram of that request
 * @param notHere the holder does not serve the content (yet); no data follow
 */
public record DataHeader(int transfer, int segment, int offset, int ask, boolean last, boolean notHere) {
    public static final int BYTES = 16;
    /** Asks are numbered below this. */
    public static final int ASK_END = 1 << 30;

    private static final int LAST = 1 << 31;
    private static final int NOT_HERE = 1 << 30;

    public static DataHeader notHere(int transfer) {
        return new DataHeader(transfer, 0, 0, 0, true, true);
    }

    public void encode(byte[] into) {
        put(into, 0, transfer);
        put(into, 4, segment);
        put(into, 8, offset);
        put(into, 12, ask | (last ? LAST : 0) | (notHere ? NOT_HERE : 0));
    }

    public static DataHeader decode(ByteReader in) throws Malformed {
        int transfer = in.i32();
        int segment = in.i32();
        int offset = in.i32();
        int word = in.i32();
        return new DataHeader(
                transfer, segment, offset, word & ASK_END - 1, (word & LAST) != 0, (word & NOT_HERE) != 0);
    }

    private static void put(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (value >>> 8 * i);
        }
    }
}

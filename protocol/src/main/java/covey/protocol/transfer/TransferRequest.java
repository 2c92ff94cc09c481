package covey.protocol.transfer;

import covey.protocol.model.ContentId;
import covey.protocol.model.Limits;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;

/**
 * A fetcher's request for ranges of one segment. It replaces what is queued at the holder for that segment; without
 * ranges it takes that back.
 *
 * <p>Encoding, little-endian: version u8 (1), range count u8, token 16 B, transfer i32, ask i32, content id 32 B,
 * segment i32, grant i64, then the ranges, each first unit u16 and count u16.
 *
 * @param transfer the fetcher's number for the fetch; datagrams repeat it
 * @param ask number of this request, rising within the transfer
 * @param grantBytesPerSecond what the holder may send to this fetcher, all transfers together
 * @param ranges in order, disjoint, at most {@link Limits#REQUEST_RANGES_MAX_COUNT}
 */
public record TransferRequest(
        int transfer, int ask, ContentId content, int segment, long grantBytesPerSecond, List<UnitRange> ranges) {
    public static final int TOKEN_BYTES = 16;

    private static final int VERSION = 1;
    private static final int UNIT_END = 1 << 16;

    public TransferRequest {
        ranges = List.copyOf(ranges);
    }

    /** @param token of the holder's offer, 16 bytes */
    public byte[] encode(byte[] token) {
        ByteWriter out = new ByteWriter(74 + 4 * ranges.size())
                .u8(VERSION)
                .u8(ranges.size())
                .raw(token)
                .i32(transfer)
                .i32(ask)
                .hash(content.hash())
                .i32(segment)
                .i64(grantBytesPerSecond);
        ranges.forEach(range -> out.u16(range.first()).u16(range.count()));
        return out.toByteArray();
    }

    /** A request and the token that came with it. */
    public record Received(byte[] token, TransferRequest request) {}

    public static Received decode(ByteReader in) throws Malformed {
        int version = in.u8();
        if (version != VERSION) {
            throw new Malformed("request version: " + version + " (expected: " + VERSION + ")");
        }
        int count = in.u8();
        byte[] token = in.raw(TOKEN_BYTES);
        int transfer = in.i32();
        int ask = in.i32();
        ContentId content = new ContentId(in.hash());
        int segment = in.i32();
        long grant = in.i64();
        List<UnitRange> ranges = ranges(in, count);
        in.end();
        require("ask", ask, ask >= 0 && ask < DataHeader.ASK_END);
        require("grant", grant, grant > 0);
        return new Received(token, new TransferRequest(transfer, ask, content, segment, grant, ranges));
    }

    private static List<UnitRange> ranges(ByteReader in, int count) throws Malformed {
        require("range count", count, count <= Limits.REQUEST_RANGES_MAX_COUNT);
        List<UnitRange> ranges = new ArrayList<>(count);
        int end = 0;
        for (int i = 0; i < count; i++) {
            UnitRange range = new UnitRange(in.u16(), in.u16());
            require("range", range.first(), range.count() > 0 && range.first() >= end && range.end() <= UNIT_END);
            ranges.add(range);
            end = range.end();
        }
        return ranges;
    }

    private static void require(String name, long value, boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed("request " + name + ": " + value + " (expected: in range and order)");
        }
    }
}

package covey.protocol.contribution;

import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;

/**
 * Merkle root over sample ids in the order of training (rule H4). A leaf is H(0, id), a node H(1, left, right), a
 * node without a partner moves up as it is, and the root is H(domain, count, top); without samples the top is zero.
 */
public final class SampleRoot {
    private static final byte[] DOMAIN = "covey/1/samples".getBytes(StandardCharsets.US_ASCII);
    private static final int LEAF = 0;
    private static final int NODE = 1;

    private SampleRoot() {}

    /** @param count the first so many of {@code ids} */
    public static Hash of(long[] ids, int count, Crypto crypto) {
        Hash[] level = new Hash[count];
        for (int i = 0; i < count; i++) {
            level[i] = crypto.sha256(new ByteWriter().u8(LEAF).i64(ids[i]).toByteArray());
        }
        int width = count;
        while (width > 1) {
            width = raise(level, width, crypto);
        }
        Hash top = count == 0 ? Hash.ZERO : level[0];
        return crypto.sha256(new ByteWriter().raw(DOMAIN).i64(count).hash(top).toByteArray());
    }

    private static int raise(Hash[] level, int width, Crypto crypto) {
        for (int i = 0; i < width / 2; i++) {
            level[i] = crypto.sha256(new ByteWriter()
                    .u8(NODE)
                    .hash(level[2 * i])
                    .hash(level[2 * i + 1])
                    .toByteArray());
        }
        if (width % 2 == 1) {
            level[width / 2] = level[width - 1];
        }
        return (width + 1) / 2;
    }
}

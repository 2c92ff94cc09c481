package covey.protocol.wire;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The id of a content: SHA-256 over "covey/1/content", its length as i64, and SHA-256 of each 256 KiB segment (rule
 * A1).
 */
public final class ContentHash {
    private static final byte[] DOMAIN = "covey/1/content".getBytes(StandardCharsets.US_ASCII);

    private ContentHash() {}

    public static ContentId of(byte[] content, Crypto crypto) {
        return of(MemorySegment.ofArray(content), crypto);
    }

    public static ContentId of(MemorySegment content, Crypto crypto) {
        return of(content.byteSize(), leaves(content, crypto), crypto);
    }

    /** @param leaves hashes of the segments in order */
    public static ContentId of(long lengthBytes, List<Hash> leaves, Crypto crypto) {
        Crypto.Digest digest = crypto.sha256();
        digest.update(DOMAIN).update(new ByteWriter(8).i64(lengthBytes).toByteArray());
        leaves.forEach(leaf -> digest.update(leaf.bytes()));
        return new ContentId(digest.finish());
    }

    /** Hashes of the content's segments of {@link Limits#SEGMENT_BYTES}, the last one shorter; none for no bytes. */
    public static List<Hash> leaves(MemorySegment content, Crypto crypto) {
        List<Hash> leaves = new ArrayList<>();
        Crypto.Digest digest = crypto.sha256();
        for (long at = 0; at < content.byteSize(); at += Limits.SEGMENT_BYTES) {
            long length = Math.min(Limits.SEGMENT_BYTES, content.byteSize() - at);
            leaves.add(digest.update(content.asSlice(at, length)).finish());
        }
        return leaves;
    }
}

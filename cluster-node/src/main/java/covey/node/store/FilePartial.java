package covey.node.store;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A content in the making: {@code ID.part} has the full length from the start, {@code ID.map} is a bitmap of verified
 * segments after its CRC32C and is written after each of them. A map that is torn costs hashing the part again; bytes
 * that a power failure lost although the map has them are found by the hash when the content is completed.
 */
final class FilePartial implements ContentStore.Partial {
    private static final int CRC_BYTES = 4;

    private final FileContentStore store;
    private final ContentId id;
    private final List<Hash> leaves;
    private final Crypto crypto;
    private final long lengthBytes;
    private final Path part;
    private final Path map;
    private final FileChannel content;
    private final FileChannel bitmap;
    private BitSet verified = new BitSet();

    private FilePartial(FileContentStore store, ContentId id, long lengthBytes, List<Hash> leaves, Crypto crypto)
            throws IOException {
        this.store = store;
        this.id = id;
        this.lengthBytes = lengthBytes;
        this.leaves = leaves;
        this.crypto = crypto;
        this.part = store.partFile(id);
        this.map = store.mapFile(id);
        this.content = open(part);
        this.bitmap = open(map);
    }

    static FilePartial open(FileContentStore store, ContentId id, long lengthBytes, List<Hash> leaves, Crypto crypto)
            throws IOException {
        FilePartial partial = new FilePartial(store, id, lengthBytes, leaves, crypto);
        try {
            partial.resume();
            return partial;
        } catch (IOException | RuntimeException e) {
            partial.close();
            throw e;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void resume() throws IOException {
        if (content.size() == lengthBytes && readMap()) {
            return;
        }
        boolean fresh = content.size() == 0;
        extend();
        verified = fresh ? new BitSet() : goodSegments();
        writeMap();
    }

    /** To the full length, without writing what is between. */
    private void extend() throws IOException {
        if (content.size() > lengthBytes) {
            content.truncate(lengthBytes);
        } else if (content.size() < lengthBytes) {
            content.write(ByteBuffer.wrap(new byte[1]), lengthBytes - 1);
        }
    }

    private boolean readMap() throws IOException {
        int bytes = CRC_BYTES + (leaves.size() + 7) / 8;
        if (bitmap.size() != bytes) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && bitmap.read(buffer, buffer.position()) > 0) {
            continue;
        }
        buffer.flip();
        if (buffer.remaining() != bytes || buffer.getInt() != crc(buffer.slice())) {
            return false;
        }
        verified = BitSet.valueOf(buffer);
        return verified.length() <= leaves.size();
    }

    private void writeMap() throws IOException {
        byte[] bits = verified.toByteArray();
        ByteBuffer buffer =
                ByteBuffer.allocate(CRC_BYTES + (leaves.size() + 7) / 8).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(CRC_BYTES).put(bits).position(CRC_BYTES);
        buffer.putInt(0, crc(buffer.slice()));
        writeAt(bitmap, buffer.rewind(), 0);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void writeAt(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        for (long position = at; bytes.hasRemaining(); ) {
            position += out.write(bytes, position);
        }
    }

    /** Segments of the part whose bytes have the leaf's hash. */
    private BitSet goodSegments() throws IOException {
        MemorySegment bytes = FileContentStore.map(part);
        Crypto.Digest digest = crypto.sha256();
        BitSet good = new BitSet();
        for (int i = 0; i < leaves.size(); i++) {
            long from = (long) i * Limits.SEGMENT_BYTES;
            if (digest.update(bytes.asSlice(from, segmentBytes(i))).finish().equals(leaves.get(i))) {
                good.set(i);
            }
        }
        return good;
    }

    private long segmentBytes(int index) {
        return Math.min(Limits.SEGMENT_BYTES, lengthBytes - (long) index * Limits.SEGMENT_BYTES);
    }

    @Override
    public boolean hasSegment(int index) {
        return verified.get(index);
    }

    @Override
    public void writeSegment(int index, byte[] bytes) {
        if (index < 0 || index >= leaves.size() || bytes.length != segmentBytes(index)) {
            throw new IllegalArgumentException(
                    "segment: " + index + " of " + bytes.length + " bytes (expected: one of the content's)");
        }
        try {
            writeAt(content, ByteBuffer.wrap(bytes), (long) index * Limits.SEGMENT_BYTES);
            verified.set(index);
            writeMap();
        } catch (IOException e) {
            throw FileContentStore.failure(id, e);
        }
    }

    /** Hashes all of it again; segments that turn out bad are missing from then on. */
    @Override
    public boolean complete() {
        if (!store.has(id) && verified.cardinality() != leaves.size()) {
            return false;
        }
        try {
            return store.has(id) ? discard() : finish();
        } catch (IOException e) {
            throw FileContentStore.failure(id, e);
        }
    }

    /** Somebody else stored the content meanwhile. */
    private boolean discard() throws IOException {
        close();
        Files.deleteIfExists(part);
        Files.deleteIfExists(map);
        return true;
    }

    private boolean finish() throws IOException {
        verified = goodSegments();
        if (verified.cardinality() != leaves.size()) {
            writeMap();
            return false;
        }
        content.force(true);
        store.writeLeaves(id, leaves);
        store.publish(id, part);
        close();
        Files.deleteIfExists(map);
        return true;
    }

    @Override
    public void close() {
        try (content;
                bitmap) {
            return;
        } catch (IOException e) {
            throw FileContentStore.failure(id, e);
        }
    }
}

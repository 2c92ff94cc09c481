package covey.node.door;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;

/** Blocks of one door in order of height. Used by one thread. */
final class BlockStream implements AutoCloseable {
    /** An idle ledger has a block each second, so a door that says nothing for so long has stalled. */
    private static final long FRAME_NS = 3_000_000_000L;

    private static final int FRAME_HEADER_BYTES = 4;

    private final HttpURLConnection connection;
    private final InputStream in;
    private long nextHeight;

    BlockStream(HttpURLConnection connection, long from) throws IOException {
        this.connection = connection;
        this.in = connection.getInputStream();
        this.nextHeight = from;
    }

    /**
     * Waits for the next block. Throws IOException after 3 s without a whole one or at the stream's end, Malformed for
     * what is no block or not the next.
     */
    CertifiedBlock next() throws IOException, Malformed {
        long deadlineNs = System.nanoTime() + FRAME_NS;
        byte[] header = read(FRAME_HEADER_BYTES, deadlineNs);
        int length = (header[0] & 0xFF) | (header[1] & 0xFF) << 8 | (header[2] & 0xFF) << 16 | header[3] << 24;
        if (length < 0 || length > Limits.CERTIFIED_BLOCK_MAX_BYTES) {
            throw new Malformed(
                    "frame: " + length + " bytes (expected: at most " + Limits.CERTIFIED_BLOCK_MAX_BYTES + ")");
        }
        CertifiedBlock block = BlockCodec.decodeCertified(read(length, deadlineNs));
        if (block.block().height() != nextHeight) {
            throw new Malformed("height: " + block.block().height() + " (expected: " + nextHeight + ")");
        }
        nextHeight++;
        return block;
    }

    private byte[] read(int length, long deadlineNs) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            int count = in.read(bytes, at, length - at);
            if (count < 0) {
                throw new EOFException("blocks: ended (expected: one a second)");
            }
            at += count;
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("blocks: stalled (expected: one a second)");
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}

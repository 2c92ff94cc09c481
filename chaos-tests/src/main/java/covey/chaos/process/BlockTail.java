package covey.chaos.process;

import covey.node.store.JournalFile;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads blocks from a file that another process appends to. An entry that is not there in full yet is read later. */
final class BlockTail {
    private final Path file;
    private long offset;
    private long sequence = 1;

    BlockTail(Path file) {
        this.file = file;
    }

    /** Those since the last call; all again if the file was deleted and made anew. */
    List<CertifiedBlock> next() throws IOException {
        List<CertifiedBlock> blocks = new ArrayList<>();
        if (!Files.exists(file)) {
            offset = 0;
            sequence = 1;
            return blocks;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (byte[] content = entry(in); content.length > 0; content = entry(in)) {
                blocks.add(BlockCodec.decodeCertified(content));
                offset += JournalFile.HEAD_BYTES + content.length;
                sequence++;
            }
        } catch (Malformed e) {
            throw new IOException(file + ": " + e.rule(), e);
        }
        return blocks;
    }

    /** Empty if there is none. */
    private byte[] entry(FileChannel in) throws IOException {
        byte[] head = bytes(in, offset, JournalFile.HEAD_BYTES);
        if (head.length < JournalFile.HEAD_BYTES) {
            return new byte[0];
        }
        int length = lengthOf(head);
        if (length <= 0 || length > in.size() - offset) {
            return new byte[0];
        }
        byte[] content = bytes(in, offset + JournalFile.HEAD_BYTES, length);
        return Arrays.equals(head, JournalFile.head(sequence, Bytes.wrap(content))) ? content : new byte[0];
    }

    private static int lengthOf(byte[] head) {
        try {
            return new ByteReader(head).i32();
        } catch (Malformed e) {
            throw new IllegalStateException("head: " + e.rule() + " (expected: 16 bytes)", e);
        }
    }

    private static byte[] bytes(FileChannel in, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, from + buffer.position()) < 0) {
                break;
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}

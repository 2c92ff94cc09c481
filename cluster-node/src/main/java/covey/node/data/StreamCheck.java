package covey.node.data;

import covey.node.store.LeavesFile;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks each segment of a stream's file against its hash when it is first read: a file that all nodes of a machine
 * share for months is checked at the price of what is read of it. Any thread; a segment may be checked twice.
 */
final class StreamCheck {
    private final Path file;
    private final MemorySegment stream;
    private final List<Hash> leaves;
    private final Crypto crypto;
    private final boolean[] checked;

    StreamCheck(Path file, MemorySegment stream, List<Hash> leaves, Crypto crypto) {
        this.file = file;
        this.stream = stream;
        this.leaves = leaves;
        this.crypto = crypto;
        this.checked = new boolean[leaves.size()];
    }

    /** Of the bytes from {@code from} until before {@code to}. */
    void check(long from, long to) {
        for (long segment = from / Limits.SEGMENT_BYTES; segment * Limits.SEGMENT_BYTES < to; segment++) {
            if (!checked[(int) segment]) {
                check((int) segment);
            }
        }
    }

    private void check(int segment) {
        long from = (long) segment * Limits.SEGMENT_BYTES;
        MemorySegment bytes = stream.asSlice(from, Math.min(Limits.SEGMENT_BYTES, stream.byteSize() - from));
        if (!crypto.sha256().update(bytes).finish().equals(leaves.get(segment))) {
            throw damaged(from);
        }
        checked[segment] = true;
    }

    /** Without its leaves the stream is made again by the next start. */
    private UncheckedIOException damaged(long from) {
        String line = "corpus: " + file + " is damaged after byte " + from
                + " (expected: the hashes of its manifest; the next start makes it again)";
        try {
            Files.deleteIfExists(LeavesFile.beside(file));
            return new UncheckedIOException(line, new IOException(line));
        } catch (IOException notDeleted) {
            return new UncheckedIOException(line, notDeleted);
        }
    }
}

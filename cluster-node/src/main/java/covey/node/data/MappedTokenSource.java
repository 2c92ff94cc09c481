package covey.node.data;

import covey.protocol.data.Tokenizer;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.port.TokenSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A token stream in a mapped file: u16 little-endian tokens (rules I1, I4). The pages are shared by all nodes of a
 * machine.
 */
public final class MappedTokenSource implements TokenSource {
    private static final ValueLayout.OfShort TOKEN =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment stream;
    private final Optional<StreamCheck> check;
    private final long tokenCount;
    private final int sequence;

    private MappedTokenSource(MemorySegment stream, Optional<StreamCheck> check, int sequence) {
        this.stream = stream;
        this.check = check;
        this.tokenCount = stream.byteSize() / 2;
        this.sequence = sequence;
    }

    /**
     * Reads a stream that stays readable as long as this is used, as a view from the content store.
     *
     * @param stream an even number of bytes
     * @param sequence T, at least 1
     */
    public static MappedTokenSource of(MemorySegment stream, int sequence) {
        return of(stream, Optional.empty(), sequence);
    }

    private static MappedTokenSource of(MemorySegment stream, Optional<StreamCheck> check, int sequence) {
        if (stream.byteSize() % 2 != 0 || sequence < 1) {
            throw new IllegalArgumentException("token stream: " + stream.byteSize() + " bytes in windows of " + sequence
                    + " (expected: an even number, at least 1)");
        }
        return new MappedTokenSource(stream, check, sequence);
    }

    /**
     * Maps a file; it is unmapped when this is no longer reachable. Reading throws {@link java.io.UncheckedIOException}
     * where the file is not what its hashes say.
     *
     * @param leaves hashes of the file's segments, as its content id has them
     */
    static MappedTokenSource open(Path file, List<Hash> leaves, int sequence, Crypto crypto) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment stream = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return of(stream, Optional.of(new StreamCheck(file, stream, leaves, crypto)), sequence);
        }
    }

    public long tokenCount() {
        return tokenCount;
    }

    /** Token {@code index} of the stream, 0 to 65535. */
    public int token(long index) {
        check.ifPresent(c -> c.check(2 * index, 2 * index + 2));
        return stream.get(TOKEN, 2 * index) & 0xFFFF;
    }

    /** T. */
    public int sequence() {
        return sequence;
    }

    @Override
    public long windowCount() {
        return Math.max(0, (tokenCount - 1) / sequence);
    }

    @Override
    public void window(long id, int[] into, int at) {
        if (id < 0 || id >= windowCount()) {
            throw new IndexOutOfBoundsException("window: " + id + " (expected: 0 to " + (windowCount() - 1) + ")");
        }
        long from = id * sequence;
        check.ifPresent(c -> c.check(2 * from, 2 * (from + sequence + 1)));
        for (int i = 0; i <= sequence; i++) {
            into[at + i] = stream.get(TOKEN, 2 * (from + i)) & 0xFFFF;
        }
    }

    /** At most {@code count} windows, evenly spaced and the same each time; all of them if there are fewer. */
    public long[] evaluationWindows(int count) {
        return evenlySpaced(count, windowCount()).stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    /** As {@link #evaluationWindows}, of a stream of {@code windowCount} windows. */
    public static List<Long> evenlySpaced(int count, long windowCount) {
        long taken = Math.min(count, windowCount);
        return LongStream.range(0, taken).mapToObj(i -> i * windowCount / taken).toList();
    }

    /** Bytes of text behind the windows' T targets; an end-of-text is none. */
    public long textBytes(long[] windows, Tokenizer tokenizer) {
        long bytes = 0;
        for (long id : windows) {
            for (int i = 1; i <= sequence; i++) {
                bytes += tokenizer.text(token(id * sequence + i)).length();
            }
        }
        return bytes;
    }
}

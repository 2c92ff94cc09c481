package covey.node.store;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.wire.ByteWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads journals. An entry is its length (4 bytes), sequence number (8), CRC32C of these 12 bytes and the content (4),
 * content; little-endian, sequence numbers 1, 2, 3 and so on.
 */
public final class JournalFile {
    public static final int HEAD_BYTES = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** @param offset of the entry's first byte in the file */
    public record Entry(long sequence, long offset, Bytes content) {}

    /**
     * The first entry that is not as it was written.
     *
     * @param sequence number it should have
     * @param offset of its first byte
     * @param torn whether nothing readable follows: the incomplete end that a crash leaves
     */
    public record Damage(long sequence, long offset, boolean torn, String reason) {
        @Override
        public String toString() {
            return "entry " + sequence + " at byte " + offset + ": " + reason;
        }
    }

    /**
     * What a pass over the file found.
     *
     * @param lastSequence of the last good entry; the one before the first if there is none
     * @param endOffset where the next entry belongs
     */
    public record Scan(
            long lastSequence, long endOffset, @Nullable Damage damage) {}

    /** All good entries up to the first damage. */
    public record Contents(List<Entry> entries, @Nullable Damage damage) {}

    private JournalFile() {}

    /** Reads a journal into memory. */
    public static Contents read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Scan scan = scan(file, entries::add);
        return new Contents(List.copyOf(entries), scan.damage());
    }

    /** Hands over good entries in order, up to the first damage. A missing file is an empty journal. */
    public static Scan scan(Path file, Consumer<Entry> reader) throws IOException {
        return scan(file, 1, reader);
    }

    /** The same for a file whose first entry has another number. */
    static Scan scan(Path file, long first, Consumer<Entry> reader) throws IOException {
        if (!Files.exists(file)) {
            return new Scan(first - 1, 0, null);
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return scan(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), first, reader);
        }
    }

    private static Scan scan(MemorySegment file, long first, Consumer<Entry> reader) {
        long offset = 0;
        for (long sequence = first; ; sequence++) {
            if (offset == file.byteSize()) {
                return new Scan(sequence - 1, offset, null);
            }
            String reason = damage(file, offset, sequence);
            if (reason != null) {
                boolean torn = !entryFollows(file, offset + 1, sequence);
                return new Scan(sequence - 1, offset, new Damage(sequence, offset, torn, reason));
            }
            int length = file.get(INT, offset);
            byte[] content = file.asSlice(offset + HEAD_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
            reader.accept(new Entry(sequence, offset, Bytes.wrap(content)));
            offset += HEAD_BYTES + length;
        }
    }

    /** Whether the file begins with a good entry of another number than {@code first}. */
    static boolean beginsElsewhere(Path file, long first) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long number = bytes.byteSize() < HEAD_BYTES ? 0 : bytes.get(LONG, 4);
            return number > 0 && number != first && damage(bytes, 0, number) == null;
        }
    }

    /** Why there is no good entry of this number here, or null. */
    private static @Nullable String damage(MemorySegment file, long offset, long sequence) {
        long left = file.byteSize() - offset;
        if (left < HEAD_BYTES) {
            return "cut short: " + left + " bytes (expected: at least " + HEAD_BYTES + ")";
        }
        int length = file.get(INT, offset);
        if (length < 0 || length > Limits.JOURNAL_ENTRY_MAX_BYTES) {
            return "length: " + length + " (expected: 0 to " + Limits.JOURNAL_ENTRY_MAX_BYTES + ")";
        }
        if (length > left - HEAD_BYTES) {
            return "cut short: " + (left - HEAD_BYTES) + " bytes (expected: " + length + ")";
        }
        if (file.get(LONG, offset + 4) != sequence) {
            return "sequence: " + file.get(LONG, offset + 4) + " (expected: " + sequence + ")";
        }
        CRC32C crc = new CRC32C();
        crc.update(file.asSlice(offset, 12).asByteBuffer());
        crc.update(file.asSlice(offset + HEAD_BYTES, length).asByteBuffer());
        return (int) crc.getValue() == file.get(INT, offset + 12) ? null : "altered bytes (CRC32C differs)";
    }

    /** Whether a good entry with a later number starts anywhere behind. */
    private static boolean entryFollows(MemorySegment file, long from, long sequence) {
        long most = sequence + (file.byteSize() - from) / HEAD_BYTES + 1;
        for (long offset = from; offset <= file.byteSize() - HEAD_BYTES; offset++) {
            long there = file.get(LONG, offset + 4);
            if (there > sequence && there <= most && damage(file, offset, there) == null) {
                return true;
            }
        }
        return false;
    }

    /** The bytes before an entry's content: {@link #HEAD_BYTES}. */
    public static byte[] head(long sequence, Bytes content) {
        byte[] lengthAndSequence =
                new ByteWriter(12).i32(content.length()).i64(sequence).toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(lengthAndSequence);
        crc.update(content.unsafeArray());
        return new ByteWriter(HEAD_BYTES)
                .raw(lengthAndSequence)
                .i32((int) crc.getValue())
                .toByteArray();
    }
}

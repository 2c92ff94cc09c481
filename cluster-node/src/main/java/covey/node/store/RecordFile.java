package covey.node.store;

import covey.protocol.model.Limits;
import covey.protocol.port.Records;
import covey.protocol.port.Sections;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The form of a record: sections one after another, each from a multiple of 64 bytes with zeros between; then the table
 * (count, and for each section name, offset, length, CRC32C); then 24 bytes: table offset, table length, CRC32C of all
 * that precedes it from the table's start, magic. Integers are little-endian. A file cut short has no such end.
 */
final class RecordFile {
    private static final long MAGIC = 0x3130_4345_5259_4F43L; // "COYREC01", little-endian
    private static final int END_BYTES = 24;
    private static final int ALIGNMENT = 64;
    private static final int SECTION_NAME_MAX_BYTES = 256;

    private record Section(long offset, long length, int crc) {}

    private RecordFile() {}

    /** Writes a whole record to an empty file. */
    static void write(FileChannel out, Consumer<Sections.Writer> body) throws IOException {
        Map<String, Section> table = new LinkedHashMap<>();
        try {
            body.accept((name, bytes) -> append(out, table, name, bytes));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        ByteWriter end = new ByteWriter().i32(table.size());
        table.forEach((name, s) -> end.text(name).i64(s.offset).i64(s.length).i32(s.crc));
        int tableBytes = end.size();
        end.i64(out.position()).i32(tableBytes);
        end.i32(crc(MemorySegment.ofArray(end.toByteArray()))).i64(MAGIC);
        DurableFiles.writeAll(out, ByteBuffer.wrap(end.toByteArray()));
    }

    private static void append(FileChannel out, Map<String, Section> table, String name, MemorySegment bytes) {
        if (table.size() == Limits.RECORD_SECTIONS_MAX_COUNT) {
            throw new IllegalArgumentException(
                    "sections: more than " + table.size() + " (expected: at most that many)");
        }
        try {
            int gap = (int) (-out.position() & (ALIGNMENT - 1));
            DurableFiles.writeAll(out, ByteBuffer.allocate(gap));
            Section section = new Section(out.position(), bytes.byteSize(), crc(bytes));
            DurableFiles.write(out, bytes);
            if (table.put(name, section) != null) {
                throw new IllegalArgumentException("section: '" + name + "' twice (expected: each name once)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maps the file and checks all of it. */
    static Records.Lookup open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new Records.Found(new Mapped(arena, sections(whole)));
        } catch (Malformed e) {
            arena.close();
            return new Records.Damaged("record " + file + ": " + e.rule());
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Map<String, MemorySegment> sections(MemorySegment whole) throws Malformed {
        MemorySegment tail = tail(whole);
        ByteReader in = new ByteReader(tail.toArray(ValueLayout.JAVA_BYTE));
        int count = in.count(Limits.RECORD_SECTIONS_MAX_COUNT);
        Map<String, MemorySegment> sections = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.text(SECTION_NAME_MAX_BYTES);
            Section section = new Section(in.i64(), in.i64(), in.i32());
            sections.put(name, checked(whole, name, section));
        }
        in.end();
        return sections;
    }

    /** The table, after its checksum was compared. */
    private static MemorySegment tail(MemorySegment whole) throws Malformed {
        long size = whole.byteSize();
        require(size >= END_BYTES, "torn: " + size + " bytes (expected: at least " + END_BYTES + ")");
        ByteReader end =
                new ByteReader(whole.asSlice(size - END_BYTES, END_BYTES).toArray(ValueLayout.JAVA_BYTE));
        long offset = end.i64();
        int length = end.i32();
        int crc = end.i32();
        require(end.i64() == MAGIC, "torn: the last bytes are no record's end");
        require(length >= 4 && offset >= 0 && offset == size - END_BYTES - length, "table: altered offset or length");
        require(crc(whole.asSlice(offset, length + 12L)) == crc, "table: altered bytes (CRC32C differs)");
        return whole.asSlice(offset, length);
    }

    private static MemorySegment checked(MemorySegment whole, String name, Section s) throws Malformed {
        boolean inside = s.offset >= 0 && s.length >= 0 && s.offset <= whole.byteSize() - s.length;
        require(inside, "section '" + name + "': outside of the file");
        MemorySegment bytes = whole.asSlice(s.offset, s.length);
        require(crc(bytes) == s.crc, "section '" + name + "': altered bytes (CRC32C differs)");
        return bytes.asReadOnly();
    }

    private static void require(boolean ok, String rule) throws Malformed {
        if (!ok) {
            throw new Malformed(rule);
        }
    }

    static int crc(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        long slice = 1L << 30;
        for (long at = 0; at < bytes.byteSize(); at += slice) {
            crc.update(bytes.asSlice(at, Math.min(slice, bytes.byteSize() - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private record Mapped(Arena arena, Map<String, MemorySegment> sections) implements Records.Opened {
        @Override
        public boolean has(String name) {
            return sections.containsKey(name);
        }

        @Override
        public MemorySegment section(String name) {
            MemorySegment found = sections.get(name);
            if (found == null) {
                throw new IllegalArgumentException(
                        "section: '" + name + "' (expected: one of " + sections.keySet() + ")");
            }
            return found;
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}

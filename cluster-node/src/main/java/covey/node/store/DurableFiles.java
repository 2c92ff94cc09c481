package covey.node.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.stream.Stream;

/** File operations whose effect is on the disk when they return. */
public final class DurableFiles {
    /** Ends the names of files that are not finished yet; whoever opens a directory deletes them. */
    public static final String TEMPORARY = ".tmp";

    /** Largest part of a segment that one buffer can show. */
    private static final long SLICE_BYTES = 1L << 30;

    private DurableFiles() {}

    /** Fills a file that is only seen when complete. */
    public interface Filler {
        void fill(FileChannel out) throws IOException;
    }

    /** Writes {@code target} as a whole: temporary file beside it, sync, rename, sync of the directory. */
    public static void replace(Path target, Filler filler) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + TEMPORARY);
        try (FileChannel out = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            filler.fill(out);
            out.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        move(temporary, target);
    }

    /** Renames over {@code target} and syncs its directory. */
    static void move(Path source, Path target) throws IOException {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectoryOf(target);
    }

    /** Makes a file's name, or its absence, durable. */
    static void syncDirectoryOf(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Writes all of {@code bytes} at the channel's position. */
    public static void write(FileChannel out, MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += SLICE_BYTES) {
            long length = Math.min(SLICE_BYTES, bytes.byteSize() - at);
            writeAll(out, bytes.asSlice(at, length).asByteBuffer());
        }
    }

    static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Creates the directory if it is missing and deletes what a crash left half-written. */
    static void prepareDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.getFileName().toString().endsWith(TEMPORARY))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    static void delete(Path file) throws IOException {
        try {
            Files.delete(file);
            syncDirectoryOf(file);
        } catch (NoSuchFileException absent) {
            return;
        }
    }
}

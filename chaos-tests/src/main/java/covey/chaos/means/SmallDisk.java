package covey.chaos.means;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A node's folder as a file system of its own, in memory and small, so that it can be full. */
public final class SmallDisk implements AutoCloseable {
    private static final int SIZE_MB = 96;
    private static final String FILLER = "filler";
    private static final List<Integer> PIECES_BYTES = List.of(1 << 20, 1 << 12, 1);

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** @param missing told, in a line, why it is not possible here */
    public static Optional<SmallDisk> mount(Path folder, Consumer<String> missing) throws IOException {
        Files.createDirectories(folder);
        if (Signal.run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_MB + "m", "covey-chaos", folder.toString())) {
            return Optional.of(new SmallDisk(folder));
        }
        missing.accept("no full disk: a tmpfs cannot be mounted on " + folder);
        return Optional.empty();
    }

    public Path folder() {
        return folder;
    }

    /** Takes all that is left, to the last byte. */
    public void fill() {
        for (int bytes : PIECES_BYTES) {
            byte[] piece = new byte[bytes];
            try (OutputStream out = Files.newOutputStream(
                    folder.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(piece);
                }
            } catch (IOException full) {
                // The next size fits into what is left.
                continue;
            }
        }
    }

    public void free() {
        try {
            Files.deleteIfExists(folder.resolve(FILLER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in it stays, on the disk below. The node has stopped. */
    @Override
    public void close() throws IOException {
        free();
        Path kept = folder.resolveSibling(folder.getFileName() + ".kept");
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList()) {
                Files.copy(path, kept.resolve(folder.relativize(path).toString()));
            }
        }
        if (!Signal.run("umount", folder.toString())) {
            throw new IOException("umount " + folder + ": failed (expected: nobody uses it)");
        }
        Files.delete(folder);
        Files.move(kept, folder);
    }
}

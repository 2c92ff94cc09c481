package covey.transport.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Holds a data directory for one node's bulk transfer, so that no other process deletes its driver's directory. */
public final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    /** @throws IllegalStateException if another node holds it */
    public DirectoryLock(Path dataDirectory) {
        try {
            Files.createDirectories(dataDirectory);
            channel = FileChannel.open(
                    dataDirectory.resolve("bulk.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new IllegalStateException(
                        "data directory: " + dataDirectory + " is in use (expected: one node in each)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

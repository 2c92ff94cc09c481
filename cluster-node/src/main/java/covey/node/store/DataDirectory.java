package covey.node.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import covey.node.config.ConfigError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A node's folder, locked as long as this is open, so that one process at a time uses its hotkey (rule A3). */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Makes the folder if it is missing, and locks it. One that another process holds is a {@link ConfigError}. */
    public static DataDirectory open(Path root) {
        try {
            Files.createDirectories(root);
            return new DataDirectory(root, locked(root));
        } catch (IOException e) {
            throw new ConfigError("dataDirectory: " + root + " (expected: a folder to write to; " + e + ")", e);
        }
    }

    private static FileChannel locked(Path root) throws IOException {
        Path file = root.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            String holder = Files.readString(file, US_ASCII).trim();
            throw new ConfigError("dataDirectory: " + root + " (expected: one that no other process uses; process "
                    + (holder.isEmpty() ? "unknown" : holder) + " does)");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)));
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    public Path root() {
        return root;
    }

    /** Folder of {@link FileContentStore}. */
    public Path contents() {
        return root.resolve("contents");
    }

    /** Folder of {@link FileRecords}. */
    public Path records() {
        return root.resolve("records");
    }

    /** File of {@link FileJournal}. */
    public Path journal() {
        return root.resolve("journal");
    }

    /** The run's genesis, byte for byte. */
    public Path genesis() {
        return root.resolve("genesis.json");
    }

    /** File of certified blocks. */
    public Path blocks() {
        return root.resolve("blocks");
    }

    /** An authority's file of promises and acceptances. */
    public Path votes() {
        return root.resolve("votes");
    }

    /** Folder of the newest {@link CheckpointFolder}. */
    public Path checkpoint() {
        return root.resolve("checkpoint");
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new ConfigError("dataDirectory: " + root + ": " + e.getMessage(), e);
        }
    }
}

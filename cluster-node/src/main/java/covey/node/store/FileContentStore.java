package covey.node.store;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.StoreFailure;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Contents as files of one directory: {@code ID} holds the bytes, {@code ID.leaves} the hashes of its segments, {@code
 * ID.part} and {@code ID.map} a content in the making. A content's file gets its name only when it is complete and
 * synced. At the start only names, lengths and leaves are compared; the bytes of a content are hashed when it is first
 * read, and one that was altered since is set aside as {@code ID.damaged} and counts as absent.
 */
public final class FileContentStore implements ContentStore {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final String LEAVES = ".leaves";

    /** Whether the bytes were hashed since this process started. */
    private enum Trust {
        UNREAD,
        VERIFIED
    }

    private final Path directory;
    private final Crypto crypto;
    private final Map<ContentId, Trust> present = new ConcurrentHashMap<>();
    private final AtomicLong temporaries = new AtomicLong();

    private FileContentStore(Path directory, Crypto crypto) {
        this.directory = directory;
        this.crypto = crypto;
    }

    /** Opens, or creates, the directory, which belongs to this store alone. */
    public static FileContentStore open(Path directory, Crypto crypto) {
        try {
            DurableFiles.prepareDirectory(directory);
            FileContentStore store = new FileContentStore(directory, crypto);
            store.scan();
            return store;
        } catch (IOException e) {
            throw new StoreFailure("contents " + directory + ": " + e.getMessage(), e);
        }
    }

    private void scan() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (ID.matcher(name).matches()) {
                    found(ContentId.parse(name));
                }
            }
        }
    }

    private void found(ContentId id) throws IOException {
        Optional<List<Hash>> leaves = readLeaves(id);
        if (leaves.isPresent() && isOf(id, Files.size(file(id)), leaves.get())) {
            present.put(id, Trust.UNREAD);
        } else {
            verify(id);
        }
    }

    private boolean isOf(ContentId id, long lengthBytes, List<Hash> leaves) {
        long segments = (lengthBytes + Limits.SEGMENT_BYTES - 1) / Limits.SEGMENT_BYTES;
        return leaves.size() == segments
                && ContentHash.of(lengthBytes, leaves, crypto).equals(id);
    }

    @Override
    public ContentId put(MemorySegment content) {
        requireLength(content.byteSize());
        List<Hash> leaves = ContentHash.leaves(content, crypto);
        ContentId id = ContentHash.of(content.byteSize(), leaves, crypto);
        if (has(id)) {
            return id;
        }
        try {
            writeLeaves(id, leaves);
            Path temporary = temporary();
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                DurableFiles.write(out, content);
                out.force(true);
            }
            publish(id, temporary);
            return id;
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    /**
     * Takes a file of another place, on the same disk without copying its bytes. The file must not be written to
     * afterwards.
     *
     * @param leaves its segments' hashes, as {@link #leaves} of the store that made it
     * @return false if the file's length and leaves are not the content's
     */
    public boolean adopt(ContentId id, Path source, List<Hash> leaves) {
        try {
            if (has(id)) {
                return true;
            }
            if (!isOf(id, Files.size(source), leaves)) {
                return false;
            }
            writeLeaves(id, leaves);
            Path temporary = temporary();
            link(source, temporary);
            DurableFiles.move(temporary, file(id));
            present.put(id, Trust.UNREAD);
            return true;
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    private static void link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
        } catch (UnsupportedOperationException | FileAlreadyExistsException e) {
            throw new IOException("cannot link " + source, e);
        } catch (IOException otherDisk) {
            Files.copy(source, target);
            try (FileChannel copy = FileChannel.open(target, StandardOpenOption.WRITE)) {
                copy.force(true);
            }
        }
    }

    @Override
    public boolean has(ContentId id) {
        return present.containsKey(id);
    }

    @Override
    public Optional<MemorySegment> read(ContentId id) {
        try {
            Trust trust = present.get(id);
            if (trust == null || trust == Trust.UNREAD && !verify(id)) {
                return Optional.empty();
            }
            return Optional.of(map(file(id)));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    @Override
    public Optional<List<Hash>> leaves(ContentId id) {
        try {
            return has(id) ? readLeaves(id) : Optional.empty();
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    /**
     * The file of a content, for those who check its segments by {@link #leaves} themselves: unlike {@link #read} this
     * hashes nothing. Empty if absent.
     */
    public Optional<Path> path(ContentId id) {
        return has(id) ? Optional.of(file(id)) : Optional.empty();
    }

    @Override
    public void delete(ContentId id) {
        try {
            present.remove(id);
            Files.deleteIfExists(leavesFile(id));
            Files.deleteIfExists(partFile(id));
            Files.deleteIfExists(mapFile(id));
            DurableFiles.delete(file(id));
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    /** The contents that are present, in ascending order; for retention. */
    public List<ContentId> ids() {
        return present.keySet().stream().sorted().toList();
    }

    @Override
    public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
        requireLength(lengthBytes);
        if (!isOf(id, lengthBytes, leaves)) {
            throw new IllegalArgumentException("leaves: not those of " + id + " (expected: checked by the caller)");
        }
        try {
            return FilePartial.open(this, id, lengthBytes, List.copyOf(leaves), crypto);
        } catch (IOException e) {
            throw failure(id, e);
        }
    }

    /** Gives a complete, synced and verified file its name. */
    void publish(ContentId id, Path complete) throws IOException {
        DurableFiles.move(complete, file(id));
        present.put(id, Trust.VERIFIED);
    }

    /** Hashes the file; sets it aside if it is not what its name says. */
    private boolean verify(ContentId id) throws IOException {
        Path file = file(id);
        MemorySegment content = map(file);
        List<Hash> leaves = ContentHash.leaves(content, crypto);
        if (ContentHash.of(content.byteSize(), leaves, crypto).equals(id)) {
            if (!readLeaves(id).equals(Optional.of(leaves))) {
                writeLeaves(id, leaves);
            }
            present.put(id, Trust.VERIFIED);
            return true;
        }
        present.remove(id);
        DurableFiles.move(file, file.resolveSibling(id + ".damaged"));
        return false;
    }

    /** Not synced by itself: leaves that are missing or altered after a crash are computed again. */
    void writeLeaves(ContentId id, List<Hash> leaves) throws IOException {
        LeavesFile.write(leavesFile(id), leaves);
    }

    private Optional<List<Hash>> readLeaves(ContentId id) throws IOException {
        return LeavesFile.read(leavesFile(id));
    }

    static MemorySegment map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }
    }

    private static void requireLength(long lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > Limits.CONTENT_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "content: " + lengthBytes + " bytes (expected: at most " + Limits.CONTENT_MAX_BYTES + ")");
        }
    }

    Path file(ContentId id) {
        return directory.resolve(id.toString());
    }

    Path partFile(ContentId id) {
        return directory.resolve(id + ".part");
    }

    Path mapFile(ContentId id) {
        return directory.resolve(id + ".map");
    }

    private Path leavesFile(ContentId id) {
        return directory.resolve(id + LEAVES);
    }

    private Path temporary() {
        return directory.resolve(temporaries.incrementAndGet() + DurableFiles.TEMPORARY);
    }

    static StoreFailure failure(ContentId id, IOException e) {
        return new StoreFailure("content " + id.brief() + ": " + e.getMessage(), e);
    }
}

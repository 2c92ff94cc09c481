package covey.node.store;

import covey.protocol.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Snapshots of the ledger beside a file of blocks, one file a height: the newest {@link #NEWEST_COUNT}, and the one,
 * called {@code start-HEIGHT}, that the blocks begin after, if they do. One thread writes, any thread reads.
 */
final class SnapshotFolder {
    /** An authority whose own blocks lag behind may start from the second newest. */
    private static final int NEWEST_COUNT = 2;

    private static final String START = "start-";

    private final Path folder;

    SnapshotFolder(Path blocks) {
        this.folder = blocks.resolveSibling(blocks.getFileName() + "-snapshots");
    }

    /** The height that the blocks begin after; 0 if they begin with the run. */
    long start() throws IOException {
        return files().values().stream()
                .filter(SnapshotFolder::isStart)
                .mapToLong(SnapshotFolder::height)
                .max()
                .orElse(0);
    }

    /** The store has nothing yet: its blocks are going to begin after that height. */
    void keepStart(long height, Bytes snapshot) throws IOException {
        replace(folder.resolve(START + height), snapshot);
    }

    /** Of the last block: what is kept of later ones is of blocks that have been lost. */
    void keep(long height, Bytes snapshot) throws IOException {
        replace(folder.resolve(Long.toString(height)), snapshot);
        NavigableMap<Long, Path> kept = files();
        kept.values().removeIf(SnapshotFolder::isStart);
        List<Path> old = new ArrayList<>(kept.tailMap(height, false).values());
        kept.headMap(height, true).descendingMap().values().stream()
                .skip(NEWEST_COUNT)
                .forEach(old::add);
        for (Path file : old) {
            DurableFiles.delete(file);
        }
    }

    private void replace(Path file, Bytes snapshot) throws IOException {
        DurableFiles.prepareDirectory(folder);
        DurableFiles.replace(file, out -> DurableFiles.writeAll(out, ByteBuffer.wrap(snapshot.unsafeArray())));
    }

    /** The newest at that height or below; empty also if it has just gone. */
    Optional<Bytes> newest(long maxHeight) throws IOException {
        var newest = files().floorEntry(maxHeight);
        try {
            return newest == null ? Optional.empty() : Optional.of(Bytes.wrap(Files.readAllBytes(newest.getValue())));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private NavigableMap<Long, Path> files() throws IOException {
        NavigableMap<Long, Path> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(file -> file.getFileName().toString().matches("(" + START + ")?[1-9][0-9]{0,17}"))
                        .forEach(file -> files.put(height(file), file));
            }
        }
        return files;
    }

    private static boolean isStart(Path file) {
        return file.getFileName().toString().startsWith(START);
    }

    private static long height(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(isStart(file) ? name.substring(START.length()) : name);
    }
}

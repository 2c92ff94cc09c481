package covey.node.store;

import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Hashes of a content's segments, one after another, 32 bytes each. Whoever reads them compares them with the id. */
public final class LeavesFile {
    private static final long MAX_BYTES = Limits.CONTENT_MAX_BYTES / Limits.SEGMENT_BYTES * Hash.BYTES;

    private LeavesFile() {}

    /** Where the leaves of a content's file lie. */
    public static Path beside(Path content) {
        return content.resolveSibling(content.getFileName() + ".leaves");
    }

    public static void write(Path file, List<Hash> leaves) throws IOException {
        byte[] bytes = new byte[leaves.size() * Hash.BYTES];
        for (int i = 0; i < leaves.size(); i++) {
            System.arraycopy(leaves.get(i).bytes(), 0, bytes, i * Hash.BYTES, Hash.BYTES);
        }
        Files.write(file, bytes);
    }

    /** Empty if there is no such file or it cannot be a list of hashes. */
    public static Optional<List<Hash>> read(Path file) throws IOException {
        try {
            long size = Files.size(file);
            return size > MAX_BYTES || size % Hash.BYTES != 0 ? Optional.empty() : Optional.of(hashes(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static List<Hash> hashes(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<Hash> hashes = new ArrayList<>(bytes.length / Hash.BYTES);
        for (int at = 0; at + Hash.BYTES <= bytes.length; at += Hash.BYTES) {
            hashes.add(Hash.of(Arrays.copyOfRange(bytes, at, at + Hash.BYTES)));
        }
        return List.copyOf(hashes);
    }
}

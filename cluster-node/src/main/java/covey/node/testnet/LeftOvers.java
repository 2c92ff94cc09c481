package covey.node.testnet;

import covey.node.wiring.NodeFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What a killed node leaves in shared memory. */
public final class LeftOvers {
    private LeftOvers() {}

    /** Deletes the bulk driver's folder of a node that runs no more. */
    public static void delete(Path dataDirectory) {
        Path driver = NodeFolders.bulkDriver(dataDirectory);
        if (!Files.isDirectory(driver)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(driver)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

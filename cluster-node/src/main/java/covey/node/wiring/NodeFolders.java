package covey.node.wiring;

import covey.transport.driver.BulkDriver;
import java.nio.file.Path;

/** Places that several nodes of one user share. */
public final class NodeFolders {
    /** Windows of held-out text that are measured after each round, evenly spaced. */
    public static final int EVALUATION_WINDOWS = 48;

    private static final String CACHE = "COVEY_CACHE";

    private NodeFolders() {}

    /** The bulk driver's folder in shared memory of the node with that data directory. */
    public static Path bulkDriver(Path dataDirectory) {
        return BulkDriver.directory(dataDirectory);
    }

    /** Token streams, made once for all nodes: the launcher names the folder; else the user's cache. */
    public static Path corpusCache() {
        String given = System.getenv(CACHE);
        Path cache = given != null && !given.isBlank()
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".cache", "covey");
        return cache.resolve("corpus");
    }
}

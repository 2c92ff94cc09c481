package covey.node.wiring;

import covey.node.config.ConfigError;
import covey.transport.driver.BulkDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.stream.Stream;

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

    /**
     * Where a run of several nodes is to live, as an absolute path; a folder with something in it is a ConfigError.
     *
     * @param wanted by {@code --dir}; empty: one named by the time, below the current folder
     */
    public static Path freshRun(Optional<Path> wanted) throws IOException {
        if (wanted.isEmpty()) {
            String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now());
            return Path.of("covey-runs", time + "-" + ProcessHandle.current().pid())
                    .toAbsolutePath();
        }
        Path folder = wanted.get().toAbsolutePath().normalize();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new ConfigError("--dir: " + folder + " (expected: a new or empty folder)");
                }
            }
        }
        return folder;
    }
}

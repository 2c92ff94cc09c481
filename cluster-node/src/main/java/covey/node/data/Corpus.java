package covey.node.data;

import covey.node.config.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where text comes from. */
public sealed interface Corpus permits ZipCorpus, FolderCorpus {
    /** What the text is, for people; at most 256 bytes, without the machine's paths. */
    String name();

    /** Changes whenever the text may have: names, lengths and times of change. Reads no text. */
    String fingerprint() throws IOException;

    /** All files, ordered by path. */
    List<TextFile> read() throws IOException;

    /** The default corpus: {@code java.base/java} of the running JDK's src.zip (rule I3). */
    static Corpus ofJdk() {
        return new ZipCorpus(
                Path.of(System.getProperty("java.home"), "lib", "src.zip"),
                "java.base/java of JDK " + System.getProperty("java.runtime.version"));
    }

    /**
     * The corpus that an option names.
     *
     * @param path a folder, a text file, or a src.zip; empty: the default corpus
     */
    static Corpus of(Optional<Path> path) {
        if (path.isEmpty()) {
            return ofJdk();
        }
        Path given = path.get();
        if (!Files.isReadable(given)) {
            throw new ConfigError("--corpus: " + given + " (expected: a readable folder, text file or src.zip)");
        }
        String name = String.valueOf(given.toAbsolutePath().normalize().getFileName());
        return name.endsWith(".zip")
                ? new ZipCorpus(given, "java.base/java of " + name)
                : new FolderCorpus(given, name);
    }
}

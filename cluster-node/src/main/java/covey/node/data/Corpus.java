package covey.node.data;

import covey.node.config.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Where text, or what others made of it, comes from. */
public sealed interface Corpus permits TextCorpus, ShardCorpus {
    /** What the text is, for people; at most 256 bytes, without the machine's paths. */
    String name();

    /** Changes whenever the text may have: names, lengths and times of change. Reads no text. */
    String fingerprint() throws IOException;

    /** The files that it is read from, ordered by path. */
    List<Path> files() throws IOException;

    /** Whether all of it is on this machine. */
    default boolean isReadable() throws IOException {
        return files().stream().allMatch(Files::isReadable);
    }

    /** The name of one of its files, with slashes and without the machine's folders. */
    default String path(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** The tokenizer.json that belongs to the text. */
    default Optional<Path> tokenizer() {
        return Optional.empty();
    }

    /** What no model can go below, where that is known. */
    default OptionalDouble entropyBitsPerByte() {
        return OptionalDouble.empty();
    }

    /** The default corpus: {@code java.base/java} of the running JDK's src.zip (rule I3). */
    static Corpus ofJdk() {
        return new ZipCorpus(
                Path.of(System.getProperty("java.home"), "lib", "src.zip"),
                "java.base/java of JDK " + System.getProperty("java.runtime.version"));
    }

    /**
     * The corpus that an option names.
     *
     * @param path a folder, a text file, a file of JSON lines, shards of tokens, a src.zip, or {@code synthetic:SEED};
     *     empty: the default corpus
     */
    static Corpus of(Optional<Path> path) throws IOException {
        if (path.isEmpty()) {
            return ofJdk();
        }
        Path given = path.get();
        String name = String.valueOf(given.toAbsolutePath().normalize().getFileName());
        if (name.startsWith(SyntheticCorpus.PREFIX)) {
            return SyntheticCorpus.parse(name);
        }
        if (!Files.isReadable(given)) {
            throw new ConfigError("--corpus: " + given + " (expected: a readable folder, text file or src.zip)");
        }
        if (name.endsWith(".zip")) {
            return new ZipCorpus(given, "java.base/java of " + name);
        }
        return ShardCorpus.isOne(given) ? new ShardCorpus(given, name) : new FolderCorpus(given, name);
    }
}

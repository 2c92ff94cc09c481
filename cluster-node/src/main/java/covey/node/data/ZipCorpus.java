package covey.node.data;

import covey.node.config.ConfigError;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The Java files under {@code java.base/java} of a JDK's src.zip. */
record ZipCorpus(Path zip, String name) implements TextCorpus {
    private static final String PREFIX = "java.base/java/";

    @Override
    public String fingerprint() throws IOException {
        requireReadable();
        return name + "|" + Files.size(zip) + "|"
                + Files.getLastModifiedTime(zip).toMillis();
    }

    @Override
    public List<Path> files() {
        return List.of(zip);
    }

    @Override
    public List<TextFile> read() throws IOException {
        requireReadable();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            List<TextFile> files = new ArrayList<>();
            for (ZipEntry entry : entries(file)) {
                try (InputStream in = file.getInputStream(entry)) {
                    files.add(new TextFile(entry.getName(), in.readNBytes(Limits.CORPUS_FILE_MAX_BYTES)));
                }
            }
            return files;
        }
    }

    private List<ZipEntry> entries(ZipFile file) {
        List<ZipEntry> entries = file.stream()
                .filter(entry ->
                        entry.getName().startsWith(PREFIX) && entry.getName().endsWith(".java"))
                .map(ZipEntry.class::cast)
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
        if (entries.isEmpty()) {
            throw new ConfigError("corpus: " + zip + " (expected: a src.zip with Java files under " + PREFIX + ")");
        }
        return entries;
    }

    private void requireReadable() {
        if (!Files.isReadable(zip)) {
            throw new ConfigError(
                    "corpus: " + zip + " (expected: a JDK 25 with its src.zip; or name a text by --corpus)");
        }
    }
}

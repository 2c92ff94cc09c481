package covey.node.store;

import covey.protocol.port.Records;
import covey.protocol.port.Sections;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Records as files {@code NAME.rec} of one directory, in the form of {@link RecordFile}. Owns the directory. */
public final class FileRecords implements Records {
    private static final String SUFFIX = ".rec";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final Path directory;

    private FileRecords(Path directory) {
        this.directory = directory;
    }

    /** Opens, or creates, the directory; what a crash left half-written is deleted. */
    public static FileRecords open(Path directory) {
        try {
            DurableFiles.prepareDirectory(directory);
            return new FileRecords(directory);
        } catch (IOException e) {
            throw new StoreFailure("records " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void write(String name, Consumer<Sections.Writer> body) {
        Path file = file(name);
        try {
            DurableFiles.replace(file, out -> RecordFile.write(out, body));
        } catch (IOException e) {
            throw new StoreFailure("record " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Lookup read(String name) {
        Path file = file(name);
        try {
            return Files.exists(file) ? RecordFile.open(file) : new Absent();
        } catch (IOException e) {
            throw new StoreFailure("record " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(String name) {
        Path file = file(name);
        try {
            DurableFiles.delete(file);
        } catch (IOException e) {
            throw new StoreFailure("record " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> names() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StoreFailure("records " + directory + ": " + e.getMessage(), e);
        }
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("record name: '" + name + "' (expected: " + NAME + ")");
        }
        return directory.resolve(name + SUFFIX);
    }
}

package covey.node.data;

import covey.node.config.ConfigError;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All files of a folder, without hidden ones and links; or one text file. */
record FolderCorpus(Path root, String name) implements Corpus {
    @Override
    public String fingerprint() throws IOException {
        StringBuilder all = new StringBuilder(name);
        for (Path file : files()) {
            all.append('|').append(relative(file));
            all.append('|').append(Files.size(file));
            all.append('|').append(Files.getLastModifiedTime(file).toMillis());
        }
        return all.toString();
    }

    @Override
    public List<TextFile> read() throws IOException {
        List<TextFile> texts = new ArrayList<>();
        for (Path file : files()) {
            texts.add(new TextFile(relative(file), Files.readAllBytes(file)));
        }
        return texts;
    }

    private String relative(Path file) {
        return file.equals(root) ? name : root.relativize(file).toString().replace('\\', '/');
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> files = all.filter(this::isText).sorted().toList();
            long bytes = 0;
            for (Path file : files) {
                bytes += bounded(file);
            }
            if (bytes == 0 || bytes > Limits.CORPUS_MAX_BYTES) {
                throw new ConfigError("corpus: " + root + " has " + bytes + " bytes of text (expected: 1 to "
                        + Limits.CORPUS_MAX_BYTES + ")");
            }
            return files;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long bounded(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Limits.CORPUS_FILE_MAX_BYTES) {
            throw new ConfigError("corpus: " + file + " has " + size + " bytes (expected: at most "
                    + Limits.CORPUS_FILE_MAX_BYTES + ")");
        }
        return size;
    }

    private boolean isText(Path file) {
        boolean hidden = false;
        for (Path part : file.equals(root) ? Path.of("") : root.relativize(file)) {
            hidden |= part.toString().startsWith(".");
        }
        return !hidden && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}

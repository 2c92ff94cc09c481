package covey.node.data;

import covey.node.config.ConfigError;
import covey.node.tokenizer.TokenizerFile;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All files of a folder, without hidden ones, links and a tokenizer.json at its top; or one file. Of JSON lines each is
 * a text.
 */
record FolderCorpus(Path root, String name) implements TextCorpus {
    @Override
    public String fingerprint() throws IOException {
        return fingerprint(
                name,
                root,
                Stream.concat(files().stream(), tokenizer().stream()).toList());
    }

    /** Of files in a folder, or of the folder's place itself. */
    static String fingerprint(String name, Path root, List<Path> files) throws IOException {
        StringBuilder all = new StringBuilder(name);
        for (Path file : files) {
            all.append('|').append(relative(name, root, file));
            all.append('|').append(Files.size(file));
            all.append('|').append(Files.getLastModifiedTime(file).toMillis());
        }
        return all.toString();
    }

    @Override
    public List<TextFile> read() throws IOException {
        List<TextFile> texts = new ArrayList<>();
        long left = Limits.CORPUS_MAX_BYTES;
        for (Path file : files()) {
            String path = relative(name, root, file);
            List<TextFile> more = JsonlFile.isOne(file)
                    ? JsonlFile.read(file, path, left)
                    : List.of(new TextFile(path, Files.readAllBytes(file)));
            texts.addAll(more);
            left -= more.stream().mapToLong(text -> text.text().length).sum();
        }
        if (texts.isEmpty() || left == Limits.CORPUS_MAX_BYTES) {
            throw new ConfigError("corpus: " + root + " has no text (expected: some)");
        }
        return texts;
    }

    @Override
    public Optional<Path> tokenizer() {
        return Optional.of(root.resolve(TokenizerFile.FILE)).filter(Files::isRegularFile);
    }

    @Override
    public String path(Path file) {
        return relative(name, root, file);
    }

    private static String relative(String name, Path root, Path file) {
        return file.equals(root) ? name : root.relativize(file).toString().replace('\\', '/');
    }

    @Override
    public List<Path> files() throws IOException {
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
        return !hidden
                && !file.equals(root.resolve(TokenizerFile.FILE))
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}

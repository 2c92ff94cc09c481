package covey.node.data;

import covey.node.config.ConfigError;
import covey.node.tokenizer.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tokens that were made before: the files of a folder that {@link TokenShard} can read, or one of them, and the
 * tokenizer.json beside them; without one they are bytes. What {@code covey data prepare} wrote is such a folder. Files
 * whose names start with "held-out", "val" or "test" are held out; without such, the last twentieth of the stream is.
 *
 * @param root folder or file
 */
record ShardCorpus(Path root, String name) implements Corpus {
    private static final int HELD_OUT_SHARE = 20;
    private static final List<String> HELD_OUT = List.of("held-out", "val", "test");

    /** Part of a shard. */
    record Range(TokenShard shard, long from, long to) {}

    /** Which parts are trained on, and which are held out. */
    record Split(List<Range> train, List<Range> heldOut) {}

    /** Whether a path is a corpus of this kind. */
    static boolean isOne(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return TokenShard.isOne(path);
        }
        try (Stream<Path> inside = Files.list(path)) {
            return inside.anyMatch(TokenShard::isOne);
        }
    }

    @Override
    public String fingerprint() throws IOException {
        return FolderCorpus.fingerprint(
                name,
                root,
                Stream.concat(files().stream(), tokenizer().stream()).toList());
    }

    @Override
    public List<Path> files() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of(root);
        }
        try (Stream<Path> inside = Files.list(root)) {
            return inside.filter(file -> TokenShard.isOne(file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Optional<Path> tokenizer() {
        Path file =
                Files.isDirectory(root) ? root.resolve(TokenizerFile.FILE) : root.resolveSibling(TokenizerFile.FILE);
        return Optional.of(file).filter(Files::isRegularFile);
    }

    /** Maps the files. */
    Split split() throws IOException {
        List<Range> train = new ArrayList<>();
        List<Range> heldOut = new ArrayList<>();
        for (Path file : files()) {
            TokenShard shard = TokenShard.map(file);
            String fileName = String.valueOf(file.getFileName());
            boolean isHeldOut = HELD_OUT.stream().anyMatch(fileName::startsWith);
            (isHeldOut ? heldOut : train).add(new Range(shard, 0, shard.count()));
        }
        Split split = heldOut.isEmpty() ? cut(train) : new Split(train, heldOut);
        if (count(split.train) == 0 || count(split.heldOut) == 0) {
            throw new ConfigError("corpus: " + root + " (expected: tokens to train on and to hold out)");
        }
        return split;
    }

    private static long count(List<Range> ranges) {
        return ranges.stream().mapToLong(range -> range.to - range.from).sum();
    }

    private static Split cut(List<Range> all) {
        long left = count(all) - count(all) / HELD_OUT_SHARE;
        List<Range> train = new ArrayList<>();
        List<Range> heldOut = new ArrayList<>();
        for (Range range : all) {
            long at = range.from + Math.min(left, range.to - range.from);
            train.add(new Range(range.shard, range.from, at));
            heldOut.add(new Range(range.shard, at, range.to));
            left -= at - range.from;
        }
        return new Split(train, heldOut);
    }
}

package covey.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Cuts a corpus into train and held-out files (rule I3). Folders are taken in the order of their names' hashes until at
 * least 5 % of the bytes are held out and never more than 10 %; where no folder fits, files are taken in the same way,
 * and of a single file its last part.
 *
 * @param train files by path
 * @param heldOut files by path, without those that stand mostly in {@code train} too
 */
record CorpusSplit(List<TextFile> train, List<TextFile> heldOut) {
    private static final int LEAST_SHARE = 20;
    private static final int MOST_SHARE = 10;
    private static final int LONG_LINE_BYTES = 20;

    static CorpusSplit of(List<TextFile> corpus, Crypto crypto) {
        List<TextFile> files = corpus.stream()
                .map(file -> new TextFile(file.path(), LicenseComment.strip(file.text())))
                .toList();
        Set<String> folders = taken(files, TextFile::folder, crypto);
        if (!folders.isEmpty()) {
            return split(files, folders, TextFile::folder);
        }
        Set<String> paths = taken(files, TextFile::path, crypto);
        return paths.isEmpty() ? cutLargest(files) : split(files, paths, TextFile::path);
    }

    /** Names of the groups that are held out; none if no group fits. */
    private static Set<String> taken(List<TextFile> files, Function<TextFile, String> group, Crypto crypto) {
        Map<String, Long> bytes = new TreeMap<>();
        files.forEach(file -> bytes.merge(group.apply(file), (long) file.text().length, Long::sum));
        long total = bytes.values().stream().mapToLong(Long::longValue).sum();
        Set<String> taken = new HashSet<>();
        long held = 0;
        for (String name : byHash(bytes.keySet(), crypto)) {
            long size = bytes.getOrDefault(name, 0L);
            if (held < total / LEAST_SHARE && held + size <= total / MOST_SHARE) {
                taken.add(name);
                held += size;
            }
        }
        return held == 0 ? Set.of() : taken;
    }

    private static List<String> byHash(Set<String> names, Crypto crypto) {
        Map<Hash, String> ordered = new TreeMap<>();
        names.forEach(name -> ordered.put(crypto.sha256(("covey/1/held-out/" + name).getBytes(UTF_8)), name));
        return List.copyOf(ordered.values());
    }

    private static CorpusSplit split(List<TextFile> files, Set<String> taken, Function<TextFile, String> group) {
        List<TextFile> train = new ArrayList<>();
        List<TextFile> heldOut = new ArrayList<>();
        files.forEach(file -> (taken.contains(group.apply(file)) ? heldOut : train).add(file));
        return new CorpusSplit(List.copyOf(train), unseen(train, heldOut));
    }

    /** The last twentieth of the largest file, from a line's start. */
    private static CorpusSplit cutLargest(List<TextFile> files) {
        TextFile largest = files.stream()
                .max(Comparator.comparingInt(f -> f.text().length))
                .orElseThrow();
        byte[] text = largest.text();
        int cut = text.length - text.length / LEAST_SHARE;
        while (cut < text.length && text[cut - 1] != '\n') {
            cut++;
        }
        int at = cut == text.length ? text.length - text.length / LEAST_SHARE : cut;
        TextFile head = new TextFile(largest.path(), Arrays.copyOf(text, at));
        TextFile tail = new TextFile(largest.path(), Arrays.copyOfRange(text, at, text.length));
        List<TextFile> train =
                files.stream().map(f -> f.equals(largest) ? head : f).toList();
        return new CorpusSplit(train, List.of(tail));
    }

    /** Held-out files of which at most half of the long lines' bytes stand in the train part. */
    private static List<TextFile> unseen(List<TextFile> train, List<TextFile> heldOut) {
        LongLines seen = LongLines.of(train, LONG_LINE_BYTES);
        List<TextFile> kept =
                heldOut.stream().filter(file -> !seen.hasMostOf(file)).toList();
        return kept.isEmpty() ? List.copyOf(heldOut) : kept;
    }
}

package covey.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CorpusSplitTest {
    private final TestCrypto crypto = new TestCrypto();

    private static TextFile file(String path, String text) {
        return new TextFile(path, text.getBytes(UTF_8));
    }

    /** Lines that no other seed gives. */
    private static String lines(long seed, int count) {
        Seed random = Seed.of(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("  line ")
                    .append(random.nextLong())
                    .append(' ')
                    .append(i)
                    .append(" ends\n");
        }
        return text.toString();
    }

    private static List<TextFile> corpus(int folders, int filesEach) {
        List<TextFile> files = new ArrayList<>();
        for (int d = 0; d < folders; d++) {
            for (int f = 0; f < filesEach; f++) {
                files.add(file("d" + d + "/f" + f, lines(100L * d + f, 10)));
            }
        }
        return files;
    }

    private static Set<String> folders(List<TextFile> files) {
        return files.stream().map(TextFile::folder).collect(Collectors.toSet());
    }

    private static double heldOutShare(CorpusSplit split) {
        long heldOut = split.heldOut().stream().mapToLong(f -> f.text().length).sum();
        long train = split.train().stream().mapToLong(f -> f.text().length).sum();
        return (double) heldOut / (heldOut + train);
    }

    @Test
    void shouldSplitByFolderWhateverTheOrderOfFiles() {
        List<TextFile> corpus = corpus(40, 3);
        CorpusSplit split = CorpusSplit.of(corpus, crypto);

        assertThat(heldOutShare(split)).isBetween(0.05, 0.10);
        assertThat(folders(split.heldOut())).doesNotContainAnyElementsOf(folders(split.train()));
        assertThat(split.train().size() + split.heldOut().size()).isEqualTo(corpus.size());
        assertThat(folders(CorpusSplit.of(corpus.reversed(), crypto).heldOut())).isEqualTo(folders(split.heldOut()));
    }

    @Test
    void shouldSplitAFlatCorpusByFile() {
        CorpusSplit split = CorpusSplit.of(corpus(1, 40), crypto);

        assertThat(heldOutShare(split)).isBetween(0.05, 0.10);
        assertThat(split.train()).doesNotContainAnyElementsOf(split.heldOut());
    }

    @Test
    void shouldCutTheTailOfASingleFileAtALine() {
        CorpusSplit split = CorpusSplit.of(List.of(file("book.txt", lines(1, 1000))), crypto);

        String head = new String(split.train().get(0).text(), UTF_8);
        String tail = new String(split.heldOut().get(0).text(), UTF_8);
        assertThat(head).endsWith("\n");
        assertThat(head + tail).isEqualTo(lines(1, 1000));
        assertThat(heldOutShare(split)).isBetween(0.04, 0.06);
    }

    @Test
    void shouldDropHeldOutFilesThatMostlyStandInTheTrainPart() {
        List<TextFile> corpus = corpus(40, 2);
        Set<String> heldOut = folders(CorpusSplit.of(corpus, crypto).heldOut());
        String copied = corpus.stream()
                .filter(f -> !heldOut.contains(f.folder()))
                .findFirst()
                .map(f -> new String(f.text(), UTF_8))
                .orElseThrow();
        String folder = heldOut.iterator().next();
        List<TextFile> withCopies = new ArrayList<>(corpus);
        withCopies.removeIf(f -> f.path().startsWith(folder + "/"));
        withCopies.add(file(folder + "/copy", copied.substring(0, copied.indexOf("6 ends")) + lines(9, 4)));
        withCopies.add(file(folder + "/new", lines(8, 6) + copied.substring(0, copied.indexOf("4 ends"))));

        List<String> kept = CorpusSplit.of(withCopies, crypto).heldOut().stream()
                .map(TextFile::path)
                .toList();

        assertThat(kept).contains(folder + "/new").doesNotContain(folder + "/copy");
    }

    @Test
    void shouldStripOnlyLeadingCommentsThatSpeakOfALicense() {
        assertThat(stripped("/*\n * Copyright (c) 2025\n */\n\n/* License: none */ package a;"))
                .isEqualTo("package a;");
        assertThat(stripped("// Copyright X\n// more\n\nint a;")).isEqualTo("int a;");
        assertThat(stripped("# licence\nx = 1")).isEqualTo("x = 1");
        assertThat(stripped("/* what it does */ package a; /* copyright */"))
                .isEqualTo("/* what it does */ package a; /* copyright */");
        assertThat(stripped("package a; // license\n")).isEqualTo("package a; // license\n");
        assertThat(stripped("")).isEmpty();
        String remarks = "#\n".repeat(9000);
        assertThat(stripped(remarks)).isEqualTo(remarks);
        assertThat(stripped("/* license without an end")).isEqualTo("/* license without an end");
    }

    private static String stripped(String text) {
        return new String(LicenseComment.strip(text.getBytes(UTF_8)), UTF_8);
    }
}

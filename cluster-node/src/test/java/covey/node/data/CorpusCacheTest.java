package covey.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusCacheTest {
    @TempDir
    Path directory;

    private final Ed25519Crypto crypto = new Ed25519Crypto();
    private Path text;
    private CorpusCache cache;

    @BeforeEach
    void write() throws IOException {
        text = Files.createDirectory(directory.resolve("text"));
        for (int i = 0; i < 20; i++) {
            Path folder = Files.createDirectory(text.resolve("d" + i));
            Files.writeString(folder.resolve("a.txt"), "text of file a\0 in folder " + i + "\n");
        }
        Files.writeString(text.resolve(".hidden"), "HIDDEN");
        cache = new CorpusCache(directory.resolve("cache"), crypto);
    }

    private PreparedCorpus prepare() throws IOException {
        return cache.prepare(Corpus.of(Optional.of(text)));
    }

    private static List<Integer> tokens(Path file) throws IOException {
        MappedTokenSource source = MappedTokenSource.of(MemorySegment.ofArray(Files.readAllBytes(file)), 1);
        List<Integer> tokens = new ArrayList<>();
        for (long i = 0; i < source.tokenCount(); i++) {
            tokens.add(source.token(i));
        }
        return tokens;
    }

    @Test
    void shouldWriteStreamsThatTheManifestNames() throws IOException {
        PreparedCorpus corpus = prepare();

        byte[] train = Files.readAllBytes(corpus.trainFile());
        assertThat(ContentHash.of(train, crypto)).isEqualTo(corpus.manifest().train());
        assertThat(ContentHash.leaves(MemorySegment.ofArray(train), crypto)).isEqualTo(corpus.trainLeaves());
        assertThat(corpus.manifest().trainTokens()).isEqualTo(train.length / 2);
        assertThat(corpus.manifest().source()).isEqualTo("text");
        List<Integer> tokens = tokens(corpus.trainFile());
        assertThat(tokens).doesNotContain((int) 'H').contains((int) 'f');
        long ends = tokens.stream().filter(t -> t == ByteTokenizer.END_OF_TEXT).count();
        long files = tokens.stream().filter(t -> t == '\n').count();
        assertThat(ends).isEqualTo(files - 1);
        List<Integer> heldOut = tokens(corpus.heldOutFile());
        assertThat(corpus.manifest().heldOutTextBytes())
                .isEqualTo(heldOut.stream()
                        .filter(t -> t != ByteTokenizer.END_OF_TEXT)
                        .count());
    }

    @Test
    void shouldMakeStreamsOnceUntilTheTextChanges() throws IOException {
        PreparedCorpus first = prepare();
        assertThat(prepare()).isEqualTo(first);

        Files.writeString(text.resolve("d3/b.txt"), "one more file\n");

        PreparedCorpus second = prepare();
        assertThat(second.trainFile()).isNotEqualTo(first.trainFile());
        assertThat(second.manifest()).isNotEqualTo(first.manifest());
    }

    @Test
    void shouldMakeStreamsAgainThatAreNotWhole() throws IOException {
        PreparedCorpus first = prepare();
        Files.write(first.trainFile(), new byte[2]);
        assertThat(prepare()).isEqualTo(first);
        assertThat(Files.size(first.trainFile())).isEqualTo(2 * first.manifest().trainTokens());

        Files.write(first.trainFile().resolveSibling("manifest.rec"), new byte[3]);
        assertThat(prepare()).isEqualTo(first);
        assertThat(directory.resolve("cache").toFile().list()).hasSize(1);
    }

    @Test
    void shouldNameADamagedStreamWhereItIsReadAndMakeItAgain() throws IOException {
        PreparedCorpus first = prepare();
        byte[] bytes = Files.readAllBytes(first.trainFile());
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        Files.write(first.trainFile(), flipped);

        MappedTokenSource damaged = prepare().train(8, crypto);
        String line = "corpus: " + first.trainFile() + " is damaged after byte 0";
        assertThatThrownBy(() -> damaged.token(0)).hasMessageStartingWith(line);
        assertThatThrownBy(() -> damaged.window(0, new int[9], 0)).hasMessageStartingWith(line);

        assertThat(prepare()).isEqualTo(first);
        assertThat(Files.readAllBytes(first.trainFile())).isEqualTo(bytes);
        assertThat(prepare().train(8, crypto).token(0)).isEqualTo(bytes[0]);
    }

    @Test
    void shouldRefuseWhatIsNoText() throws IOException {
        assertThatThrownBy(() -> Corpus.of(Optional.of(directory.resolve("none"))))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("--corpus: ");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> cache.prepare(Corpus.of(Optional.of(empty))))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("has 0 bytes of text");
        Path zip = directory.resolve("no.zip");
        assertThatThrownBy(() -> cache.prepare(new ZipCorpus(zip, "none")))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("expected: a JDK 25 with its src.zip");
    }

    @Test
    void shouldTakeASingleFile() throws IOException {
        Path book = Files.writeString(directory.resolve("book.txt"), "a line of the book\n".repeat(100));

        PreparedCorpus corpus = cache.prepare(Corpus.of(Optional.of(book)));

        assertThat(corpus.manifest().trainTokens() + corpus.manifest().heldOutTokens())
                .isEqualTo(1900);
        assertThat(corpus.manifest().heldOutTokens()).isPositive();
    }
}

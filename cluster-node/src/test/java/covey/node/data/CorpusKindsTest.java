package covey.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.config.ConfigError;
import covey.node.tokenizer.TokenizerJson;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.data.Tokenizer;
import covey.protocol.data.bpe.BpeTokenizer;
import covey.protocol.data.bpe.BpeTrainer;
import covey.protocol.data.bpe.BpeVocabulary;
import covey.protocol.model.Genesis;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusKindsTest {
    @TempDir
    Path directory;

    private final Ed25519Crypto crypto = new Ed25519Crypto();
    private Path text;
    private CorpusCache cache;

    @BeforeEach
    void makeFolders() throws IOException {
        text = Files.createDirectory(directory.resolve("text"));
        cache = new CorpusCache(directory.resolve("cache"), crypto);
    }

    private PreparedCorpus prepare(Path path, int vocabulary) throws IOException {
        return cache.prepare(Corpus.of(Optional.of(path)), vocabulary);
    }

    private static int[] tokens(MappedTokenSource source) {
        return IntStream.range(0, (int) source.tokenCount()).map(source::token).toArray();
    }

    private int[] train(PreparedCorpus corpus) throws IOException {
        return tokens(corpus.train(1, crypto));
    }

    private int[] heldOut(PreparedCorpus corpus) throws IOException {
        return tokens(corpus.heldOut(1, crypto));
    }

    private static String document(int i) {
        return "document number " + i + " of the corpus\nsays \"ä" + i * i + "\" and no more\n";
    }

    private void assertRefused(Path path, int vocabulary, String line) {
        assertThatThrownBy(() -> prepare(path, vocabulary))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining(line)
                .hasMessageContaining("(expected: ")
                .message()
                .hasLineCount(1);
    }

    @Test
    void shouldTakeTheTextsOfJsonLinesPlainAndZipped() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            lines.append(new JsonMapper()
                            .createObjectNode()
                            .put("id", i)
                            .put("text", document(i))
                            .toString())
                    .append("\n");
        }
        Path plain = Files.writeString(text.resolve("a.jsonl"), lines);
        Path zipped = directory.resolve("a.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(lines.toString().getBytes(UTF_8));
        }

        PreparedCorpus fromPlain = prepare(plain, 256);
        PreparedCorpus fromZipped = prepare(zipped, 256);

        int[] all = IntStream.concat(Arrays.stream(train(fromPlain)), Arrays.stream(heldOut(fromPlain)))
                .toArray();
        assertThat(Arrays.stream(all).filter(token -> token == 0).count()).isEqualTo(98);
        assertThat(Arrays.stream(all).filter(token -> token != 0).count())
                .isEqualTo(IntStream.range(0, 100)
                        .map(i -> document(i).getBytes(UTF_8).length)
                        .sum());
        assertThat(fromZipped.manifest().trainTokens() + fromZipped.manifest().heldOutTokens())
                .isEqualTo(all.length);

        Files.writeString(plain, "{\"text\":\"good\"}\n{\"texts\":\"bad\"}\n");
        assertRefused(plain, 256, "a.jsonl, object 1 ");
        Files.writeString(plain, "{\"text\":\"good\"}\n{\"text\":");
        assertRefused(plain, 256, "a.jsonl, object 1: ");
    }

    private void writeTexts() throws IOException {
        for (int i = 0; i < 60; i++) {
            Path folder = Files.createDirectories(text.resolve("d" + i));
            Files.writeString(folder.resolve("a.txt"), document(i).repeat(3));
        }
    }

    @Test
    void shouldLearnBytePairsFromTheTrainPartAndCountTheirBytes() throws IOException {
        writeTexts();

        PreparedCorpus bytes = prepare(text, 256);
        PreparedCorpus corpus = prepare(text, 320);

        Tokenizer tokenizer = corpus.tokenizer(crypto);
        assertThat(corpus.manifest().tokenizer()).matches("bpe:[0-9a-f]{64}");
        assertThat(tokenizer.vocabulary()).isLessThanOrEqualTo(320);
        assertThat(corpus.manifest().trainTokens()).isLessThan(bytes.manifest().trainTokens() / 2);
        assertThat(corpus.manifest().heldOutTextBytes())
                .isEqualTo(bytes.manifest().heldOutTextBytes());
        int[] first = Arrays.stream(train(corpus)).takeWhile(t -> t != 0).toArray();
        int[] expected = Arrays.stream(train(bytes)).takeWhile(t -> t != 0).toArray();
        byte[] decoded = tokenizer.decode(first).toArray();
        assertThat(IntStream.range(0, decoded.length)
                        .map(i -> decoded[i] & 0xFF)
                        .toArray())
                .isEqualTo(expected);
        PreparedCorpus again =
                new CorpusCache(directory.resolve("other"), crypto).prepare(Corpus.of(Optional.of(text)), 320);
        assertThat(again.manifest()).isEqualTo(corpus.manifest());
    }

    /** The same bytes are behind the targets, whatever the tokens: the baseline is of bytes. */
    @Test
    void shouldMeasureTheSameBaselineWhateverTheTokens() throws IOException {
        writeTexts();
        PreparedCorpus bytes = prepare(text, 256);
        PreparedCorpus pairs = prepare(text, 320);

        double fromBytes = baseline(bytes);
        double fromPairs = baseline(pairs);

        assertThat(fromPairs).isCloseTo(fromBytes, within(0.05 * fromBytes));
    }

    private double baseline(PreparedCorpus corpus) throws IOException {
        MappedTokenSource heldOut = corpus.heldOut(2, crypto);
        return ByteModelBaseline.bitsPerByte(
                corpus.train(2, crypto),
                heldOut,
                heldOut.evaluationWindows(Integer.MAX_VALUE),
                corpus.tokenizer(crypto));
    }

    @Test
    void shouldMakeATokenizerAgainThatWasChanged() throws IOException {
        writeTexts();
        PreparedCorpus corpus = prepare(text, 300);
        byte[] json = Files.readAllBytes(corpus.tokenizerFile());

        Files.writeString(corpus.tokenizerFile(), "{}");
        assertThatThrownBy(() -> corpus.tokenizer(crypto)).isInstanceOf(ConfigError.class);
        assertThat(prepare(text, 300)).isEqualTo(corpus);
        assertThat(Files.readAllBytes(corpus.tokenizerFile())).isEqualTo(json);
        Files.delete(corpus.tokenizerFile());
        assertThat(prepare(text, 300)).isEqualTo(corpus);
    }

    @Test
    void shouldUseTheTokenizerThatLiesInTheFolder() throws IOException {
        writeTexts();
        BpeVocabulary given =
                BpeTrainer.train(List.of("of the corpus ".repeat(9).getBytes(UTF_8)), 300);
        Files.write(text.resolve("tokenizer.json"), TokenizerJson.write(given));

        PreparedCorpus corpus = prepare(text, 512);

        assertThat(Files.readAllBytes(corpus.tokenizerFile())).isEqualTo(TokenizerJson.write(given));
        assertThat(corpus.tokenizer(crypto).vocabulary())
                .isEqualTo(given.tokens().size());
        assertRefused(text, 258, "tokenizer: " + given.tokens().size() + " tokens (expected: at most the model's 258");
    }

    private static byte[] littleEndian(int bytes, int... tokens) {
        ByteBuffer out = ByteBuffer.allocate(bytes * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int token : tokens) {
            if (bytes == 2) {
                out.putShort((short) token);
            } else {
                out.putInt(token);
            }
        }
        return out.array();
    }

    /** As numpy.save writes it: the header is padded with blanks to a multiple of 64. */
    private static byte[] npy(String header, byte[] content) {
        int length = (10 + header.length() + 1 + 63) / 64 * 64 - 10;
        return ByteBuffer.allocate(10 + length + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) length)
                .put((header + " ".repeat(length - 1 - header.length()) + "\n").getBytes(UTF_8))
                .put(content)
                .array();
    }

    private static String header(String type, int count) {
        return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + count + ",), }";
    }

    @Test
    void shouldTakeShardsOfBothWidthsAndForms() throws IOException {
        Path shards = Files.createDirectory(directory.resolve("shards"));
        Files.write(shards.resolve("a.bin"), littleEndian(2, 1, 2, 3));
        Files.write(shards.resolve("b.u32.bin"), littleEndian(4, 0, 255));
        Files.write(shards.resolve("c.npy"), npy(header("<u2", 2), littleEndian(2, 7, 8)));
        Files.write(shards.resolve("val.npy"), npy(header("<u4", 3), littleEndian(4, 9, 0, 10)));

        PreparedCorpus corpus = prepare(shards, 256);

        assertThat(train(corpus)).containsExactly(1, 2, 3, 0, 255, 7, 8);
        assertThat(heldOut(corpus)).containsExactly(9, 0, 10);
        assertThat(corpus.manifest().tokenizer()).isEqualTo("bytes");
        assertThat(corpus.manifest().heldOutTextBytes()).isEqualTo(2);

        Files.delete(shards.resolve("val.npy"));
        Files.write(shards.resolve("c.npy"), npy(header("<u2", 40), littleEndian(2, new int[40])));
        assertThat(heldOut(prepare(shards, 256))).containsExactly(0, 0);
        assertThat(train(prepare(shards, 256))).hasSize(43);
    }

    @Test
    void shouldReadShardsByTheTokenizerBesideThem() throws IOException {
        Path shards = Files.createDirectory(directory.resolve("shards"));
        BpeVocabulary given =
                BpeTrainer.train(List.of("of the corpus ".repeat(9).getBytes(UTF_8)), 300);
        int[] tokens = new BpeTokenizer(given)
                .encode("the corpus of the corpus".repeat(20).getBytes(UTF_8));
        Files.write(shards.resolve("tokenizer.json"), TokenizerJson.write(given));
        Files.write(shards.resolve("train.bin"), littleEndian(2, tokens));
        Files.write(shards.resolve("val.bin"), littleEndian(2, 0, tokens[0]));

        PreparedCorpus corpus = prepare(shards, 512);

        assertThat(train(corpus)).isEqualTo(tokens);
        assertThat(corpus.manifest().heldOutTextBytes())
                .isEqualTo(given.tokens().get(tokens[0]).length());
        Files.write(shards.resolve("train.bin"), littleEndian(2, 1, 400));
        assertRefused(shards, 512, "train.bin has token 400 at 1 (expected: 0 to ");
    }

    @Test
    void shouldTakeWhatWasPreparedAsACorpus() throws IOException {
        writeTexts();
        for (int vocabulary : new int[] {256, 300}) {
            PreparedCorpus prepared = prepare(text, vocabulary);
            Genesis.DataManifest again = prepare(
                            prepared.trainFile().resolve("..").normalize(), vocabulary)
                    .manifest();
            assertThat(again.train()).isEqualTo(prepared.manifest().train());
            assertThat(again.heldOut()).isEqualTo(prepared.manifest().heldOut());
            assertThat(again.tokenizer()).isEqualTo(prepared.manifest().tokenizer());
            assertThat(again.heldOutTextBytes()).isEqualTo(prepared.manifest().heldOutTextBytes());
        }
    }

    @Test
    void shouldRefuseFilesThatAreNoShards() throws IOException {
        Path shard = directory.resolve("x.npy");
        for (byte[] bad : List.of(
                new byte[3],
                new byte[100],
                npy(header("<f4", 1), new byte[4]),
                npy(header("<u2", 3), new byte[4]),
                npy("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2), }", new byte[4]),
                Arrays.copyOf(npy(header("<u2", 2), new byte[4]), 40))) {
            Files.write(shard, bad);
            assertRefused(shard, 256, "x.npy (expected: .npy of one dimension");
        }
        assertRefused(Files.write(directory.resolve("odd.bin"), new byte[3]), 256, "odd.bin has 3 bytes of tokens");
        assertRefused(Files.write(directory.resolve("e.bin"), new byte[0]), 256, "expected: tokens to train on");
        assertRefused(
                Files.write(
                        directory.resolve("big.bin"),
                        littleEndian(2, IntStream.range(237, 277).toArray())),
                256,
                "has token 256 at 19");
    }

    @Test
    void shouldMakeSyntheticTextWhoseFloorIsKnown() throws IOException {
        Corpus corpus = Corpus.of(Optional.of(directory.resolve("synthetic:7")));
        PreparedCorpus prepared = cache.prepare(corpus, 256);

        double floor = corpus.entropyBitsPerByte().orElseThrow();
        MappedTokenSource heldOut = prepared.heldOut(128, crypto);
        double reached = ByteModelBaseline.bitsPerByte(
                prepared.train(128, crypto),
                heldOut,
                heldOut.evaluationWindows(Integer.MAX_VALUE),
                prepared.tokenizer(crypto));
        assertThat(reached).isCloseTo(floor, within(0.01 * floor));
        assertThat(prepared.manifest().source()).startsWith("synthetic:7 (order 2 over 8 letters, ");
        assertThatThrownBy(() -> Corpus.of(Optional.of(Path.of("synthetic:x"))))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("expected: synthetic:SEED");
    }

    @Test
    void shouldWriteAManifestOfHashes() throws IOException {
        writeTexts();
        PreparedCorpus corpus = prepare(text, 256);

        JsonNode manifest = new JsonMapper().readTree(Files.readAllBytes(corpus.manifestFile()));

        assertThat(manifest.path("files")).hasSize(60);
        JsonNode first = manifest.path("files").path(0);
        Path file = text.resolve(first.path("file").asText());
        assertThat(first.path("sha256").asText())
                .isEqualTo(crypto.sha256(Files.readAllBytes(file)).hex());
        assertThat(manifest.at("/train/sha256").asText())
                .isEqualTo(crypto.sha256(Files.readAllBytes(corpus.trainFile())).hex());
        assertThat(manifest.at("/train/content").asText())
                .isEqualTo(corpus.manifest().train().toString());
        assertThat(manifest.at("/heldOut/tokens").asLong())
                .isEqualTo(corpus.manifest().heldOutTokens());
    }
}

package covey.node.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import covey.node.data.Corpus;
import covey.protocol.data.bpe.BpeTokenizer;
import covey.protocol.data.bpe.BpeTrainer;
import covey.protocol.data.bpe.BpeVocabulary;
import covey.protocol.testing.Seed;
import covey.protocol.wire.Malformed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Hugging Face's own library, which reads the file that we write. */
class OracleTest {
    private static final int JAVA_CHARACTERS = 8 << 20;
    private static final int MIXED_CHARACTERS = 2 << 20;
    private static final int PIECE_CHARACTERS = 1 << 16;

    private static final String[] SCRIPTS = {
        " the quick brown fox",
        "don't I'll we've he's she'd I'm you're",
        " größer Äpfel straße",
        " λόγος και",
        " Привет мир",
        "日本語のテキスト",
        "中文没有空格的句子",
        "한국어 문장",
        " العربية",
        " हिन्दी में",
        "ภาษาไทย",
        " עברית",
        "😀👩‍👩‍👧🏽",
        "e\u0301a\u0308",
        "½⅔Ⅷ٣१२",
        " 3.14159",
        "\u00a0\u2003\u3000",
        "\r\n\t",
        "   \n\n    ",
        "'' \"' ''s",
        "==== ----",
        "{}();",
        "\u0000\u001f\u007f",
        "𝒳𝔘",
        "\u200d\ufeff",
        "a",
        " "
    };

    @TempDir
    static Path cache;

    private static List<String> texts = List.of();
    private static BpeVocabulary vocabulary = BpeTrainer.train(List.of(), BpeVocabulary.LEAST);

    @BeforeAll
    static void learn() throws IOException {
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
        List<String> all = new ArrayList<>(pieces(javaText()));
        all.addAll(pieces(mixed(Seed.of(1))));
        texts = List.copyOf(all);
        vocabulary = BpeTrainer.train(
                texts.stream().map(text -> text.getBytes(UTF_8)).toList(), 4096);
    }

    @AfterAll
    static void forget() {
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ai.djl.offline");
        System.clearProperty("RUST_FLAVOR");
    }

    private static String javaText() throws IOException {
        StringBuilder text = new StringBuilder();
        try (ZipFile zip = new ZipFile(Corpus.ofJdk().files().getFirst().toFile())) {
            for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
                if (text.length() < JAVA_CHARACTERS && entry.getName().startsWith("java.base/java/")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        text.append(new String(in.readAllBytes(), UTF_8));
                    }
                }
            }
        }
        return text.toString();
    }

    /** Scripts in any order, and now and then any character that Unicode has long had. */
    private static String mixed(Seed seed) {
        StringBuilder text = new StringBuilder();
        while (text.length() < MIXED_CHARACTERS) {
            int any = seed.nextInt(0x3100);
            if (seed.nextInt(4) > 0) {
                text.append(SCRIPTS[seed.nextInt(SCRIPTS.length)]);
            } else if (Character.isDefined(any)) {
                text.appendCodePoint(any);
            }
        }
        return text.toString();
    }

    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int end = Math.min(text.length(), from + PIECE_CHARACTERS);
            end -= Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
            pieces.add(text.substring(from, end));
            from = end;
        }
        return pieces;
    }

    private static HuggingFaceTokenizer oracle(byte[] json) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json), Map.of("addSpecialTokens", "false", "truncation", "false"));
    }

    @Test
    void shouldEncodeTenMegabytesOfMixedTextAlike() throws IOException, Malformed {
        byte[] json = TokenizerJson.write(vocabulary);
        BpeTokenizer ours = new BpeTokenizer(TokenizerJson.read(json));
        long bytes = 0;
        try (HuggingFaceTokenizer oracle = oracle(json)) {
            for (String text : texts) {
                byte[] utf8 = text.getBytes(UTF_8);
                int[] expected = Arrays.stream(oracle.encode(text, false, false).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                assertThat(ours.encode(utf8)).isEqualTo(expected);
                bytes += utf8.length;
            }
        }
        assertThat(bytes).isGreaterThan(10_000_000);
    }

    @Test
    void shouldDecodeAlike() throws IOException {
        String text = "public final class Ä { // 日本語 'don't' 😀\n\t\tint x = 42;\n}\n";
        BpeTokenizer ours = new BpeTokenizer(vocabulary);
        int[] tokens = ours.encode(text.getBytes(UTF_8));
        try (HuggingFaceTokenizer oracle = oracle(TokenizerJson.write(vocabulary))) {
            assertThat(oracle.decode(Arrays.stream(tokens).asLongStream().toArray()))
                    .isEqualTo(text)
                    .isEqualTo(new String(ours.decode(tokens).toArray(), UTF_8));
        }
    }
}

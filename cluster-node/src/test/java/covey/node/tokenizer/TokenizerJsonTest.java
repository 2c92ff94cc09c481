package covey.node.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.data.Tokenizer;
import covey.protocol.data.bpe.BpeTrainer;
import covey.protocol.data.bpe.BpeVocabulary;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerJsonTest {
    private static final BpeVocabulary VOCABULARY =
            BpeTrainer.train(List.of("public public publish the the then\n\n\n".getBytes(UTF_8)), 270);

    @TempDir
    Path directory;

    private final TestCrypto crypto = new TestCrypto();

    private static String written() {
        return new String(TokenizerJson.write(VOCABULARY), UTF_8);
    }

    private static BpeVocabulary read(String json) throws Malformed {
        return TokenizerJson.read(json.getBytes(UTF_8));
    }

    @Test
    void shouldReadWhatItWrites() throws Malformed {
        assertThat(read(written())).isEqualTo(VOCABULARY);
        assertThat(written()).contains("\"<|endoftext|>\":0,\"!\":1,", "\"merges\":[\"");
    }

    /**
     * Files of GPT-2's time have no type, and newer ones have merges as lists; the end of text may be the last token.
     */
    @Test
    void shouldReadOtherFormsOfTheSame() throws Malformed {
        String pairs = written().replaceAll("\"([^\" ]+) ([^\" ]+)\"", "[\"$1\",\"$2\"]");
        assertThat(pairs).isNotEqualTo(written());
        assertThat(read(pairs)).isEqualTo(VOCABULARY);
        assertThat(read(written()
                        .replace("\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null", "\"unk_token\":\"\"")))
                .isEqualTo(VOCABULARY);
        int last = VOCABULARY.tokens().size() - 1;
        String swapped = written()
                .replaceAll(":" + last + "([,}])", ":-7$1")
                .replace("\"id\":0", "\"id\":" + last)
                .replace("endoftext|>\":0", "endoftext|>\":" + last)
                .replace(":-7", ":0");
        assertThat(read(swapped).endOfText()).isEqualTo(last);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"normalizer\":null~\"normalizer\":{\"type\":\"NFC\"}~normalizer",
                "\"pre_tokenizer\":{\"type\":\"ByteLevel\"~\"pre_tokenizer\":{\"type\":\"Split\"~pre_tokenizer/type",
                "\"add_prefix_space\":false~\"add_prefix_space\":true~pre_tokenizer/add_prefix_space",
                "\"use_regex\":true~\"use_regex\":false~pre_tokenizer/use_regex",
                "\"type\":\"BPE\"~\"type\":\"Unigram\"~model/type",
                "\"dropout\":null~\"dropout\":0.1~model/dropout",
                "\"byte_fallback\":false~\"byte_fallback\":true~model/byte_fallback",
                "\"post_processor\":null~\"post_processor\":{\"type\":\"TemplateProcessing\"}~post_processor/type",
                "\"content\":~\"contents\":~added_tokens",
                "\"id\":0~\"id\":7~added_tokens",
                "\"!\":1,~\"!\":100000,~vocab: id of !",
                "\"!\":1,~\"!\":2,~token",
                "\"!\":1,~\"中\":1,~token: 中",
                "\"!\":1,~\"!\":1,\"!\":1,~tokenizer.json: ",
                "\"version\":~version:~tokenizer.json: ",
                "\"merges\":[~\"merges\":[\"a\",~merge: ",
                "\"merges\":[~\"merges\":[\"a 中\",~merge: ",
                "\"merges\":[~\"merges\":[\"q q\",~merge: "
            })
    void shouldRefuseWhatItWouldEncodeOtherwise(String part, String other, String name) {
        assertThat(written()).contains(part);
        assertThatThrownBy(() -> read(written().replaceFirst(Pattern.quote(part), other)))
                .isInstanceOf(Malformed.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(" (expected: ")
                .message()
                .hasLineCount(1);
    }

    @Test
    void shouldOpenByNameAndRefuseAnotherFile() throws IOException {
        Path file = Files.write(directory.resolve("tokenizer.json"), TokenizerJson.write(VOCABULARY));
        String name = TokenizerFile.name(Files.readAllBytes(file), crypto);

        Tokenizer opened = TokenizerFile.open(name, file, crypto);
        assertThat(opened.decode(opened.encode("the public".getBytes(UTF_8))).toArray())
                .isEqualTo("the public".getBytes(UTF_8));
        assertThat(TokenizerFile.open("bytes", file, crypto)).isSameAs(ByteTokenizer.INSTANCE);
        Path folder = Files.createDirectory(directory.resolve("checkpoint"));
        TokenizerFile.copy(file, folder);
        TokenizerFile.copy(file, folder);
        assertThat(folder.resolve("tokenizer.json")).hasSameBinaryContentAs(file);

        assertRefused("words", file, "expected: bytes, or bpe:");
        assertRefused(name, directory.resolve("none"), "expected: an existing file");
        Files.writeString(file, written() + " ");
        assertRefused(name, file, " (expected: " + name + ")");
    }

    private void assertRefused(String name, Path file, String line) {
        assertThatThrownBy(() -> TokenizerFile.open(name, file, crypto))
                .isInstanceOf(ConfigError.class)
                .hasMessageStartingWith("tokenizer: ")
                .hasMessageContaining(line);
    }
}

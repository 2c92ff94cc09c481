package covey.protocol.data.bpe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordScannerTest {
    /** GPT-2's, with White_Space for the short form, which in Java is ASCII only. */
    private static final Pattern WORD = Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+"
            + "| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

    private static final String[] PIECES = {
        "a", "Zq", "ß", "λ", "中", "한국", "é", "𝒳", "7", "٣", "½", "Ⅷ", "'", "'s", "'ll", "'re", "'v", "\"", "{", "==",
        "…", "😀", "\u0301", "\u200d", " ", " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085",
        "\u001f"
    };

    private static List<String> words(byte[] text) {
        WordScanner scanner = new WordScanner(text);
        List<String> words = new ArrayList<>();
        for (int from = 0, end; from < text.length; from = end) {
            end = scanner.end(from);
            words.add(new String(text, from, end - from, UTF_8));
        }
        return words;
    }

    @Test
    void shouldCutAsThePatternDoes() {
        Seed.range(3000).mapToObj(Seed::of).forEach(seed -> {
            StringBuilder text = new StringBuilder();
            for (int i = seed.nextInt(12); i >= 0; i--) {
                text.append(PIECES[seed.nextInt(PIECES.length)]);
            }
            List<String> expected =
                    WORD.matcher(text).results().map(r -> r.group()).toList();
            assertThat(words(text.toString().getBytes(UTF_8)))
                    .as("%s of <%s>", seed, text)
                    .isEqualTo(expected);
        });
    }

    @Test
    void shouldTakeBytesThatAreNoCharacterAsSigns() {
        byte[][] broken = {
            {(byte) 0x80},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xE4, (byte) 0xB8},
            {(byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0xA0},
            {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xFF}
        };
        for (byte[] bytes : broken) {
            byte[] text = ByteBuffer.allocate(bytes.length + 4)
                    .put((byte) 'a')
                    .put((byte) ' ')
                    .put(bytes)
                    .put((byte) '!')
                    .put((byte) 'b')
                    .array();
            WordScanner scanner = new WordScanner(text);
            assertThat(scanner.end(0)).isEqualTo(1);
            assertThat(scanner.end(1)).isEqualTo(text.length - 1);
            assertThat(scanner.end(text.length - 1)).isEqualTo(text.length);
        }
    }
}

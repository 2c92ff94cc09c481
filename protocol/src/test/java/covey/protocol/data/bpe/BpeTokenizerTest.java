package covey.protocol.data.bpe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.testing.Seed;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BpeTokenizerTest {
    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Words of few letters, so that merges run into one another. */
    private static String text(Seed seed, int words, int letters) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            for (int j = seed.nextInt(9); j >= 0; j--) {
                text.append((char) ('a' + seed.nextInt(letters)));
            }
            text.append(seed.nextInt(8) == 0 ? "\n    " : " ");
        }
        return text.toString();
    }

    private static List<byte[]> words(String text) {
        byte[] utf8 = bytes(text);
        WordScanner scanner = new WordScanner(utf8);
        List<byte[]> words = new ArrayList<>();
        for (int from = 0, end; from < utf8.length; from = end) {
            end = scanner.end(from);
            words.add(Arrays.copyOfRange(utf8, from, end));
        }
        return words;
    }

    /** Tokens of the single bytes; 0 is the end of text. */
    private static List<Integer> start(byte[] word, BpeVocabulary vocabulary) {
        List<Integer> tokens = new ArrayList<>();
        for (byte b : word) {
            tokens.add(vocabulary.tokens().indexOf(Bytes.wrap(new byte[] {b})));
        }
        return tokens;
    }

    private static void replace(List<Integer> tokens, BpeMerge merge) {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i) == merge.left() && tokens.get(i + 1) == merge.right()) {
                tokens.set(i, merge.merged());
                tokens.remove(i + 1);
            }
        }
    }

    @Test
    void shouldLearnWhatCountingFromTheStartEachTimeGives() {
        Seed.range(20).mapToObj(Seed::of).forEach(seed -> {
            String text = text(seed, 120, 2 + seed.nextInt(4));
            BpeVocabulary learned = BpeTrainer.train(List.of(bytes(text)), 257 + 60);
            List<List<Integer>> words =
                    words(text).stream().map(word -> start(word, learned)).toList();
            for (BpeMerge merge : learned.merges()) {
                Map<Integer, Integer> counts = new TreeMap<>();
                words.forEach(word -> {
                    for (int i = 1; i < word.size(); i++) {
                        counts.merge(word.get(i - 1) << 16 | word.get(i), 1, Integer::sum);
                    }
                });
                int most = Collections.max(counts.values());
                int first = counts.keySet().stream()
                        .filter(pair -> counts.getOrDefault(pair, 0) == most)
                        .findFirst()
                        .orElseThrow();
                assertThat(merge.left() << 16 | merge.right()).as("%s", seed).isEqualTo(first);
                assertThat(most).isGreaterThan(1);
                words.forEach(word -> replace(word, merge));
            }
        });
    }

    @Test
    void shouldEncodeAsDoingOneMergeAfterTheOther() {
        Seed.range(20).mapToObj(Seed::of).forEach(seed -> {
            BpeVocabulary learned = BpeTrainer.train(List.of(bytes(text(seed, 300, 3))), 257 + 100);
            BpeTokenizer tokenizer = new BpeTokenizer(learned);
            for (byte[] word : words(text(seed.fork("other"), 100, 4))) {
                List<Integer> expected = start(word, learned);
                learned.merges().forEach(merge -> replace(expected, merge));
                assertThat(tokenizer.encode(word))
                        .as("%s", seed)
                        .containsExactly(
                                expected.stream().mapToInt(Integer::intValue).toArray());
            }
        });
    }

    @Test
    void shouldGiveAnyBytesBack() {
        BpeVocabulary learned = BpeTrainer.train(List.of(bytes(text(Seed.of(1), 500, 5))), 400);
        BpeTokenizer tokenizer = new BpeTokenizer(learned);
        Seed.range(200).mapToObj(Seed::of).forEach(seed -> {
            byte[] random = new byte[seed.nextInt(300)];
            seed.nextBytes(random);
            byte[] text = seed.nextBoolean() ? random : bytes(text(seed, 40, 9));
            int[] tokens = tokenizer.encode(text);
            assertThat(tokenizer.decode(tokens).toArray()).as("%s", seed).isEqualTo(text);
            assertThat(Arrays.stream(tokens)
                            .map(t -> tokenizer.text(t).length())
                            .sum())
                    .isEqualTo(text.length);
            assertThat(tokens).doesNotContain(tokenizer.endOfText());
        });
    }

    @Test
    void shouldDecodeUpToTheEndOfTextAndRefuseOtherNumbers() {
        BpeTokenizer tokenizer = new BpeTokenizer(BpeTrainer.train(List.of(bytes("aaaa aaaa")), 300));
        int[] tokens = tokenizer.encode(bytes("aaaa"));

        assertThat(tokens).hasSize(1);
        assertThat(tokenizer.endOfText()).isZero();
        assertThat(tokenizer.decode(new int[] {tokens[0], 0, tokens[0]}).toArray())
                .isEqualTo(bytes("aaaa"));
        assertThat(tokenizer.vocabulary()).isLessThan(300);
        assertThatThrownBy(() -> tokenizer.text(tokenizer.vocabulary())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BpeTrainer.train(List.of(), 256)).hasMessageContaining("expected: 257 to 65536");
    }

    @Test
    void shouldLearnTheSameFromTextsInAnyOrder() {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add(bytes(text(Seed.of(i), 50, 6)));
        }
        BpeVocabulary learned = BpeTrainer.train(texts, 400);
        assertThat(BpeTrainer.train(texts.reversed(), 400)).isEqualTo(learned);
    }

    /** A word of very many letters is what a hostile text may hold. */
    @Test
    @Timeout(60)
    void shouldEncodeOneLongWord() {
        BpeTokenizer tokenizer = new BpeTokenizer(BpeTrainer.train(List.of(bytes("aaaa aaaa aaaa")), 300));
        byte[] word = new byte[200_000];
        Arrays.fill(word, (byte) 'a');

        assertThat(tokenizer.encode(word)).hasSize(50_000);
    }

    @Test
    void shouldRefuseAVocabularyThatDoesNotHoldTogether() throws Malformed {
        BpeVocabulary good = BpeTrainer.train(List.of(bytes("abab abab")), 300);
        assertThat(BpeVocabulary.checked(good.tokens(), good.merges(), 0)).isEqualTo(good);

        List<Bytes> twice = new ArrayList<>(good.tokens());
        twice.set(257, twice.get(5));
        refused(twice, good.merges(), 0, "token 257");
        List<Bytes> noByte = new ArrayList<>(good.tokens());
        noByte.set(1, Bytes.of(bytes("xyz")));
        refused(noByte, good.merges(), 0, "no token for byte 33");
        refused(good.tokens().subList(0, 256), List.of(), 0, "256 tokens");
        refused(good.tokens(), good.merges(), 1, "token 0");
        BpeMerge first = good.merges().getFirst();
        refused(good.tokens(), List.of(first, first), 0, "merge: ");
        refused(good.tokens(), List.of(new BpeMerge(first.left(), first.left(), first.merged())), 0, "merge: ");
        refused(good.tokens(), List.of(new BpeMerge(first.left(), 70_000, first.merged())), 0, "merge: ");
        refused(good.tokens(), List.of(new BpeMerge(0, first.merged(), first.merged())), 0, "merge: ");
    }

    private static void refused(List<Bytes> tokens, List<BpeMerge> merges, int endOfText, String message) {
        assertThatThrownBy(() -> BpeVocabulary.checked(tokens, merges, endOfText))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(message)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void shouldWriteBytesAsTheAlphabetSays() throws Malformed {
        assertThat(ByteAlphabet.write(Bytes.of(bytes(" a\n~é")))).isEqualTo("ĠaĊ~Ã©");
        byte[] all = new byte[256];
        for (int b = 0; b < 256; b++) {
            all[b] = (byte) b;
        }
        assertThat(ByteAlphabet.read(ByteAlphabet.write(Bytes.of(all))).toArray())
                .isEqualTo(all);
        assertThatThrownBy(() -> ByteAlphabet.read("a b")).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> ByteAlphabet.read("中")).isInstanceOf(Malformed.class);
    }
}

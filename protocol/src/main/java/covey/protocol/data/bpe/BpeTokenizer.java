package covey.protocol.data.bpe;

import covey.protocol.data.Tokenizer;
import covey.protocol.model.Bytes;
import java.util.Arrays;

/**
 * Byte-level BPE: text is cut into words, and in each word the most urgent merge, the leftmost first, is done until
 * none is left. Every text is encoded, and gives itself back. Keeps the tokens of short words that it has seen; one
 * thread at a time uses it.
 */
public final class BpeTokenizer implements Tokenizer {
    private static final int KEPT_WORDS = 1 << 17;
    private static final int KEPT_WORD_BYTES = 64;

    private final BpeVocabulary vocabulary;
    /** Index of the merge of a pair. */
    private final PairTable merges = new PairTable();

    private final int[] byteTokens = new int[256];
    private WordTable words = new WordTable();
    private int[][] wordTokens = new int[1 << 10][];

    public BpeTokenizer(BpeVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            Bytes token = vocabulary.tokens().get(id);
            if (token.length() == 1) {
                byteTokens[token.unsafeArray()[0] & 0xFF] = id;
            }
        }
        for (int i = 0; i < vocabulary.merges().size(); i++) {
            BpeMerge merge = vocabulary.merges().get(i);
            merges.put(merge.left(), merge.right(), i);
        }
    }

    @Override
    public int vocabulary() {
        return vocabulary.tokens().size();
    }

    @Override
    public int endOfText() {
        return vocabulary.endOfText();
    }

    @Override
    public Bytes text(int token) {
        if (token < 0 || token >= vocabulary()) {
            throw new IllegalArgumentException("token: " + token + " (expected: 0 to " + (vocabulary() - 1) + ")");
        }
        return vocabulary.tokens().get(token);
    }

    @Override
    public int[] encode(byte[] text) {
        WordScanner scanner = new WordScanner(text);
        int[] tokens = new int[text.length / 3 + 16];
        int count = 0;
        for (int from = 0; from < text.length; ) {
            int end = scanner.end(from);
            int[] word = word(text, from, end);
            if (count + word.length > tokens.length) {
                tokens = Arrays.copyOf(tokens, 2 * (count + word.length));
            }
            for (int token : word) {
                tokens[count++] = token;
            }
            from = end;
        }
        return Arrays.copyOf(tokens, count);
    }

    private int[] word(byte[] text, int from, int end) {
        if (end - from > KEPT_WORD_BYTES) {
            return merged(text, from, end);
        }
        if (words.count() == KEPT_WORDS) {
            words = new WordTable();
        }
        int known = words.count();
        int index = words.index(text, from, end);
        if (index == known) {
            if (index == wordTokens.length) {
                wordTokens = Arrays.copyOf(wordTokens, 2 * index);
            }
            wordTokens[index] = merged(text, from, end);
        }
        return wordTokens[index];
    }

    private int[] merged(byte[] text, int from, int end) {
        int[] tokens = new int[end - from];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = byteTokens[text[from + i] & 0xFF];
        }
        return new WordMerger(tokens, merges, vocabulary.merges()).merge();
    }
}

package covey.protocol.data;

import covey.protocol.model.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokenizer of the smallest models: a byte is its own token, and 0 is end-of-text (rules I1, K). Bytes of value 0
 * in a text are dropped, so none can end it. Thread-safe.
 */
public final class ByteTokenizer implements Tokenizer {
    /** Its name in a run's genesis. */
    public static final String NAME = "bytes";

    public static final int VOCABULARY = 256;
    public static final int END_OF_TEXT = 0;
    public static final ByteTokenizer INSTANCE = new ByteTokenizer();

    private static final List<Bytes> TEXTS = IntStream.range(0, VOCABULARY)
            .mapToObj(token -> token == END_OF_TEXT ? Bytes.EMPTY : Bytes.wrap(new byte[] {(byte) token}))
            .toList();

    private ByteTokenizer() {}

    @Override
    public int vocabulary() {
        return VOCABULARY;
    }

    @Override
    public int endOfText() {
        return END_OF_TEXT;
    }

    /** Tokens 1 to 255 of a text, without an end-of-text. */
    @Override
    public int[] encode(byte[] text) {
        int[] tokens = new int[text.length];
        int count = 0;
        for (byte b : text) {
            if (b != END_OF_TEXT) {
                tokens[count++] = b & 0xFF;
            }
        }
        return Arrays.copyOf(tokens, count);
    }

    @Override
    public Bytes text(int token) {
        if (token < 0 || token >= VOCABULARY) {
            throw new IllegalArgumentException("token: " + token + " (expected: 0 to 255)");
        }
        return TEXTS.get(token);
    }
}

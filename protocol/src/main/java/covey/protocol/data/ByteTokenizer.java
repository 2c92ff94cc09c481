package covey.protocol.data;

import covey.protocol.model.Bytes;
import java.util.Arrays;

/**
 * The default tokenizer: a byte is its own token, and 0 is end-of-text (rules I1, K). Bytes of value 0 in a text are
 * dropped, so none can end it.
 */
public final class ByteTokenizer {
    /** Its name in a run's genesis. */
    public static final String NAME = "bytes";

    public static final int VOCABULARY = 256;
    public static final int END_OF_TEXT = 0;

    private ByteTokenizer() {}

    /** Tokens 1 to 255 of a text, without an end-of-text. */
    public static int[] encode(byte[] text) {
        int[] tokens = new int[text.length];
        int count = 0;
        for (byte b : text) {
            if (b != END_OF_TEXT) {
                tokens[count++] = b & 0xFF;
            }
        }
        return Arrays.copyOf(tokens, count);
    }

    /** Bytes of the tokens before the first end-of-text; each must be below 256. */
    public static Bytes decode(int[] tokens) {
        byte[] text = new byte[tokens.length];
        int count = 0;
        while (count < tokens.length && tokens[count] != END_OF_TEXT) {
            if (tokens[count] < 0 || tokens[count] >= VOCABULARY) {
                throw new IllegalArgumentException("token: " + tokens[count] + " (expected: 0 to 255)");
            }
            text[count] = (byte) tokens[count];
            count++;
        }
        return Bytes.wrap(Arrays.copyOf(text, count));
    }
}

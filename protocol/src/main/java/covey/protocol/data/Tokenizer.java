package covey.protocol.data;

import covey.protocol.model.Bytes;
import java.util.Arrays;

/** From text to tokens and back (rules I1, K). An instance may keep what it has seen: one thread at a time uses it. */
public interface Tokenizer {
    /** Tokens that there are, end-of-text included; each is at least 0 and below it. */
    int vocabulary();

    /** The token that stands between texts. */
    int endOfText();

    /** Tokens of a text, without an end-of-text. */
    int[] encode(byte[] text);

    /** Text behind one token, none behind an end-of-text. A token beyond the vocabulary is an exception. */
    Bytes text(int token);

    /** Text behind the tokens before the first end-of-text. */
    default Bytes decode(int[] tokens) {
        byte[] text = new byte[4 * tokens.length];
        int length = 0;
        for (int i = 0; i < tokens.length && tokens[i] != endOfText(); i++) {
            byte[] piece = text(tokens[i]).unsafeArray();
            if (length + piece.length > text.length) {
                text = Arrays.copyOf(text, 2 * (length + piece.length));
            }
            System.arraycopy(piece, 0, text, length, piece.length);
            length += piece.length;
        }
        return Bytes.wrap(Arrays.copyOf(text, length));
    }
}

package covey.protocol.data.bpe;

import covey.protocol.model.Bytes;
import covey.protocol.wire.Malformed;
import java.util.Arrays;

/**
 * How a byte is written as one visible character in a tokenizer's file: printable Latin-1 as itself, the others in
 * their order from U+0100 on.
 */
public final class ByteAlphabet {
    private static final int FIRST_OTHER = 0x100;

    private static final char[] CHARACTERS = characters();
    private static final int[] BYTES = bytes();

    private ByteAlphabet() {}

    private static char[] characters() {
        char[] characters = new char[256];
        int others = 0;
        for (int b = 0; b < 256; b++) {
            characters[b] = (char) (isPrintable(b) ? b : FIRST_OTHER + others++);
        }
        return characters;
    }

    private static boolean isPrintable(int b) {
        return b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
    }

    private static int[] bytes() {
        int[] bytes = new int[2 * FIRST_OTHER];
        Arrays.fill(bytes, -1);
        for (int b = 0; b < 256; b++) {
            bytes[CHARACTERS[b]] = b;
        }
        return bytes;
    }

    /** All bytes, in the order of their characters. */
    static int[] inOrder() {
        return Arrays.stream(BYTES).filter(b -> b >= 0).toArray();
    }

    public static String write(Bytes token) {
        byte[] bytes = token.unsafeArray();
        char[] written = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            written[i] = CHARACTERS[bytes[i] & 0xFF];
        }
        return new String(written);
    }

    public static Bytes read(String written) throws Malformed {
        byte[] bytes = new byte[written.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = written.charAt(i);
            if (c >= BYTES.length || BYTES[c] < 0) {
                throw new Malformed("token: " + written + " (expected: characters of the byte alphabet)");
            }
            bytes[i] = (byte) BYTES[c];
        }
        return Bytes.wrap(bytes);
    }
}

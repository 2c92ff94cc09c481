package covey.protocol.data.bpe;

/**
 * Cuts text into words as GPT-2 does, by this pattern over characters of UTF-8:
 *
 * <pre>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</pre>
 *
 * A byte that belongs to no character counts as a sign of its own. Letters and numbers are those of the JVM's Unicode.
 */
final class WordScanner {
    private static final byte SPACE = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte SIGN = 3;
    private static final byte[] ASCII = ascii();
    /** Least character that needs so many bytes. */
    private static final int[] LEAST = {0, 0, 0x80, 0x800, 0x10000};

    private final byte[] text;
    /** Bytes of the character that was looked at last. */
    private int width;

    WordScanner(byte[] text) {
        this.text = text;
    }

    private static byte[] ascii() {
        byte[] kinds = new byte[128];
        for (int c = 0; c < kinds.length; c++) {
            kinds[c] = kind(c);
        }
        return kinds;
    }

    /** Where the word ends that starts at {@code from}, which is before the text's end. */
    int end(int from) {
        int contraction = contractionEnd(from);
        if (contraction > from) {
            return contraction;
        }
        byte kind = kindAt(from);
        int next = from + width;
        if (text[from] == ' ' && next < text.length) {
            byte following = kindAt(next);
            return following == SPACE ? spaceEnd(from) : runEnd(next, following);
        }
        return kind == SPACE ? spaceEnd(from) : runEnd(next, kind);
    }

    private int contractionEnd(int from) {
        if (text[from] != '\'' || from + 1 == text.length) {
            return from;
        }
        char first = (char) text[from + 1];
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return from + 2;
        }
        char second = from + 2 < text.length ? (char) text[from + 2] : 0;
        boolean isLong = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
        return isLong ? from + 3 : from;
    }

    private int runEnd(int from, byte kind) {
        int at = from;
        while (at < text.length && kindAt(at) == kind) {
            at += width;
        }
        return at;
    }

    /** Before the last of several spaces, which belongs to what follows; behind it where nothing does. */
    private int spaceEnd(int from) {
        int at = from;
        int last = from;
        while (at < text.length && kindAt(at) == SPACE) {
            last = at;
            at += width;
        }
        return at == text.length || last == from ? at : last;
    }

    private byte kindAt(int at) {
        if (text[at] >= 0) {
            width = 1;
            return ASCII[text[at]];
        }
        int character = characterAt(at);
        return character < 0 ? SIGN : kind(character);
    }

    /** The character of several bytes, or -1. */
    private int characterAt(int at) {
        int lead = text[at] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        width = 1;
        if (lead < 0xC0 || lead > 0xF4 || at + length > text.length) {
            return -1;
        }
        int character = lead & 0x7F >> length;
        for (int i = 1; i < length; i++) {
            if ((text[at + i] & 0xC0) != 0x80) {
                return -1;
            }
            character = character << 6 | text[at + i] & 0x3F;
        }
        if (character < LEAST[length] || !isScalar(character)) {
            return -1;
        }
        width = length;
        return character;
    }

    private static boolean isScalar(int character) {
        return character <= Character.MAX_CODE_POINT
                && (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE);
    }

    private static byte kind(int character) {
        if (isSpace(character)) {
            return SPACE;
        }
        return switch (Character.getType(character)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            default -> SIGN;
        };
    }

    /** Unicode's White_Space. */
    private static boolean isSpace(int c) {
        return c >= 0x9 && c <= 0xD
                || c == 0x20
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }
}

package covey.node.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Comments at the start of a file that speak of a license; the same in every file, they would make held-out text easy (rule I3). */
final class LicenseComment {
    private static final int SEARCH_BYTES = 16 << 10;
    private static final Pattern COMMENT =
            Pattern.compile("\\s*(/\\*.*?\\*/|(//[^\\n]*\\n)+|(#[^\\n]*\\n)+)\\s*", Pattern.DOTALL);
    private static final Pattern LICENSE = Pattern.compile("copyright|licen[cs]e", Pattern.CASE_INSENSITIVE);

    private LicenseComment() {}

    /** The text without them; the same array if there are none. */
    static byte[] strip(byte[] text) {
        String head = new String(text, 0, Math.min(text.length, SEARCH_BYTES), ISO_8859_1);
        Matcher comment = COMMENT.matcher(head);
        int from = 0;
        while (comment.region(from, head.length()).lookingAt()
                && LICENSE.matcher(comment.group(1)).find()) {
            from = comment.end();
        }
        return from == 0 ? text : Arrays.copyOfRange(text, from, text.length);
    }
}

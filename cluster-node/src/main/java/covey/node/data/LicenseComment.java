package covey.node.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Comments at the start of a file that speak of a license. They are the same in every file and would make held-out text
 * easy (rule I3).
 */
final class LicenseComment {
    private static final int SEARCH_BYTES = 16 << 10;
    private static final Pattern LICENSE = Pattern.compile("copyright|licen[cs]e", Pattern.CASE_INSENSITIVE);

    private LicenseComment() {}

    /** The text without them; the same array if there are none. */
    static byte[] strip(byte[] text) {
        String head = new String(text, 0, Math.min(text.length, SEARCH_BYTES), ISO_8859_1);
        int from = 0;
        for (int end = commentEnd(head, from); end > from; end = commentEnd(head, from)) {
            if (!LICENSE.matcher(head).region(from, end).find()) {
                break;
            }
            from = afterBlanks(head, end);
        }
        return from == 0 ? text : Arrays.copyOfRange(text, from, text.length);
    }

    /** Where the comment that starts here ends, or -1 if none does. */
    private static int commentEnd(String head, int from) {
        int at = afterBlanks(head, from);
        if (head.startsWith("/*", at)) {
            int close = head.indexOf("*/", at + 2);
            return close < 0 ? -1 : close + 2;
        }
        if (head.startsWith("//", at)) {
            return linesEnd(head, at, "//");
        }
        return head.startsWith("#", at) ? linesEnd(head, at, "#") : -1;
    }

    /** Behind the last of the lines that follow each other and start so. */
    private static int linesEnd(String head, int from, String start) {
        int at = from;
        while (head.startsWith(start, at)) {
            int newline = head.indexOf('\n', at);
            at = newline < 0 ? head.length() : newline + 1;
        }
        return at;
    }

    private static int afterBlanks(String head, int from) {
        int at = from;
        while (at < head.length() && Character.isWhitespace(head.charAt(at))) {
            at++;
        }
        return at;
    }
}

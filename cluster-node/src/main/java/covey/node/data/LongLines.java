package covey.node.data;

import java.util.Arrays;
import java.util.List;

/** Hashes of the long lines of some files, without the blanks around them. */
final class LongLines {
    private final int lineBytes;
    private long[] hashes = new long[1 << 16];
    private int count;

    private LongLines(int lineBytes) {
        this.lineBytes = lineBytes;
    }

    /** @param lineBytes shorter lines do not count */
    static LongLines of(List<TextFile> files, int lineBytes) {
        LongLines lines = new LongLines(lineBytes);
        files.forEach(file -> lines.visit(file.text(), (hash, length) -> lines.add(hash)));
        lines.hashes = Arrays.copyOf(lines.hashes, lines.count);
        Arrays.sort(lines.hashes);
        return lines;
    }

    private interface LineVisitor {
        void line(long hash, int length);
    }

    private void add(long hash) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash;
    }

    /** Whether more than half of the bytes in the file's long lines are known. */
    boolean hasMostOf(TextFile file) {
        long[] bytes = new long[2];
        visit(file.text(), (hash, length) -> {
            bytes[0] += length;
            bytes[1] += Arrays.binarySearch(hashes, hash) >= 0 ? length : 0;
        });
        return 2 * bytes[1] > bytes[0];
    }

    private void visit(byte[] text, LineVisitor visitor) {
        for (int from = 0; from < text.length; ) {
            int end = from;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            visitLine(text, from, end, visitor);
            from = end + 1;
        }
    }

    private void visitLine(byte[] text, int lineFrom, int lineEnd, LineVisitor visitor) {
        int from = lineFrom;
        int end = lineEnd;
        while (from < end && text[from] <= ' ' && text[from] >= 0) {
            from++;
        }
        while (end > from && text[end - 1] <= ' ' && text[end - 1] >= 0) {
            end--;
        }
        if (end - from >= lineBytes) {
            visitor.line(hash(text, from, end), end - from);
        }
    }

    private static long hash(byte[] text, int from, int end) {
        long hash = 0xCBF29CE484222325L;
        for (int i = from; i < end; i++) {
            hash = (hash ^ text[i]) * 0x100000001B3L;
        }
        return hash ^ hash >>> 29;
    }
}

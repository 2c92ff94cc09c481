package covey.protocol.data.bpe;

import covey.protocol.model.Bytes;
import java.util.Arrays;

/** Numbers words from 0 in the order in which they first came. At most 2 Gi bytes of words in all. */
final class WordTable {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[1 << 12];
    /** Word i is bytes[ends[i]] until before bytes[ends[i + 1]]. */
    private int[] ends = new int[1 << 10];

    private int[] cells = empty(1 << 11);
    private int count;

    private static int[] empty(int capacity) {
        int[] cells = new int[capacity];
        Arrays.fill(cells, -1);
        return cells;
    }

    int count() {
        return count;
    }

    Bytes word(int index) {
        return Bytes.wrap(Arrays.copyOfRange(bytes, ends[index], ends[index + 1]));
    }

    /** The number of a word; {@link #count()} before the call if it is new. */
    int index(byte[] text, int from, int to) {
        int mask = cells.length - 1;
        int cell = hash(text, from, to) & mask;
        while (cells[cell] >= 0) {
            int index = cells[cell];
            if (Arrays.equals(bytes, ends[index], ends[index + 1], text, from, to)) {
                return index;
            }
            cell = cell + 1 & mask;
        }
        cells[cell] = count;
        return add(text, from, to);
    }

    private int add(byte[] text, int from, int to) {
        int start = ends[count];
        int end = Math.addExact(start, to - from);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST_ARRAY, 2L * end));
        }
        System.arraycopy(text, from, bytes, start, to - from);
        if (count + 2 > ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[count + 1] = end;
        count++;
        if (2 * count > cells.length) {
            grow();
        }
        return count - 1;
    }

    private void grow() {
        cells = empty(2 * cells.length);
        int mask = cells.length - 1;
        for (int i = 0; i < count; i++) {
            int cell = hash(bytes, ends[i], ends[i + 1]) & mask;
            while (cells[cell] >= 0) {
                cell = cell + 1 & mask;
            }
            cells[cell] = i;
        }
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text[i]) * 0x01000193;
        }
        return hash ^ hash >>> 15;
    }
}

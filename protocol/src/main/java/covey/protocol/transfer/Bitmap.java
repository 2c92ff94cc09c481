package covey.protocol.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An immutable set of the numbers 0 to size − 1. */
public final class Bitmap {
    private final long[] words;
    private final int size;
    private final int count;

    private Bitmap(long[] words, int size) {
        this.words = words;
        this.size = size;
        int bits = 0;
        for (long word : words) {
            bits += Long.bitCount(word);
        }
        this.count = bits;
    }

    public static Bitmap empty(int size) {
        return new Bitmap(new long[(size + 63) >> 6], size);
    }

    public int size() {
        return size;
    }

    /** How many numbers it holds. */
    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == size;
    }

    public boolean has(int number) {
        return (words[number >> 6] & 1L << number) != 0;
    }

    public boolean hasAll(UnitRange range) {
        for (int i = range.first(); i < range.end(); i++) {
            if (!has(i)) {
                return false;
            }
        }
        return true;
    }

    public Bitmap with(int number) {
        return with(new UnitRange(number, 1));
    }

    public Bitmap with(UnitRange range) {
        if (range.first() < 0 || range.end() > size) {
            throw new IllegalArgumentException("range: " + range + " (expected: within 0 to " + (size - 1) + ")");
        }
        long[] next = words.clone();
        for (int i = range.first(); i < range.end(); i++) {
            next[i >> 6] |= 1L << i;
        }
        return new Bitmap(next, size);
    }

    /** The lowest number not below {@code from} that is missing, or −1. */
    public int nextMissing(int from) {
        for (int i = from; i < size; i++) {
            if (words[i >> 6] == -1L) {
                i |= 63;
            } else if (!has(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Runs of missing numbers in order, at most {@code max} of them. */
    public List<UnitRange> missing(int max) {
        List<UnitRange> runs = new ArrayList<>();
        int first = nextMissing(0);
        while (first >= 0 && runs.size() < max) {
            int end = first + 1;
            while (end < size && !has(end)) {
                end++;
            }
            runs.add(new UnitRange(first, end - first));
            first = nextMissing(end);
        }
        return runs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bitmap that && size == that.size && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return count + " of " + size;
    }
}

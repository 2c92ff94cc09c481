package covey.protocol.outer;

import covey.protocol.contribution.DecodedChunk;
import covey.protocol.model.Limits;
import java.util.Arrays;

/** Sums without the extremes: values are sorted by coordinate and then by size, each pair in one long. */
final class TrimmedSums implements ChunkSums {
    private static final int VALUE_BITS = 48;
    private static final long VALUE_OFFSET = 1L << VALUE_BITS - 1;

    private final long[] pairs;
    private final long[] sums = new long[Limits.CHUNK_LENGTH];
    private final int[] counts = new int[Limits.CHUNK_LENGTH];
    private int size;

    /** @param contributions that may carry a coordinate */
    TrimmedSums(int contributions) {
        pairs = new long[contributions * DecodedChunk.MAX_COUNT];
    }

    @Override
    public void add(int index, long value) {
        pairs[size++] = (long) index << VALUE_BITS | value + VALUE_OFFSET;
    }

    @Override
    public void finish() {
        Arrays.sort(pairs, 0, size);
        for (int from = 0; from < size; ) {
            int index = index(from);
            int to = from + 1;
            while (to < size && index(to) == index) {
                to++;
            }
            sum(index, from, to);
            from = to;
        }
    }

    private int index(int at) {
        return (int) (pairs[at] >>> VALUE_BITS);
    }

    private void sum(int index, int from, int to) {
        int trimmed = (to - from + 1) / 4;
        for (int i = from + trimmed; i < to - trimmed; i++) {
            sums[index] += (pairs[i] & (1L << VALUE_BITS) - 1) - VALUE_OFFSET;
            counts[index]++;
        }
    }

    @Override
    public long numerator(int index) {
        return sums[index];
    }

    @Override
    public int divisor(int index) {
        return counts[index];
    }

    @Override
    public void clear() {
        size = 0;
        Arrays.fill(sums, 0);
        Arrays.fill(counts, 0);
    }
}

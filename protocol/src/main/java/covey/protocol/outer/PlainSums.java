package covey.protocol.outer;

import covey.protocol.model.Limits;
import java.util.Arrays;

/** Sum and number of values, divided by {@code perValue}·n + {@code constant}; the sum is multiplied before. */
final class PlainSums implements ChunkSums {
    private final long[] sums = new long[Limits.CHUNK_LENGTH];
    private final int[] counts = new int[Limits.CHUNK_LENGTH];
    private final int factor;
    private final int perValue;
    private final int constant;

    /** @param factor 1 or 2, so that the numerator stays exact */
    PlainSums(int factor, int perValue, int constant) {
        this.factor = factor;
        this.perValue = perValue;
        this.constant = constant;
    }

    @Override
    public void add(int index, long value) {
        sums[index] += value;
        counts[index]++;
    }

    @Override
    public void finish() {}

    @Override
    public long numerator(int index) {
        return factor * sums[index];
    }

    @Override
    public int divisor(int index) {
        return counts[index] == 0 ? 0 : perValue * counts[index] + constant;
    }

    @Override
    public void clear() {
        Arrays.fill(sums, 0);
        Arrays.fill(counts, 0);
    }
}

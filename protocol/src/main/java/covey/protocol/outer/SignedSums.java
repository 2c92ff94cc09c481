package covey.protocol.outer;

import covey.protocol.model.Limits;
import java.util.Arrays;

/** Positive and negative values apart; the heavier side is the result, with its own count. */
final class SignedSums implements ChunkSums {
    private final long[] positive = new long[Limits.CHUNK_LENGTH];
    private final long[] negative = new long[Limits.CHUNK_LENGTH];
    private final int[] positives = new int[Limits.CHUNK_LENGTH];
    private final int[] negatives = new int[Limits.CHUNK_LENGTH];

    @Override
    public void add(int index, long value) {
        if (value > 0) {
            positive[index] += value;
            positives[index]++;
        } else if (value < 0) {
            negative[index] += value;
            negatives[index]++;
        }
    }

    @Override
    public void finish() {}

    private long sum(int index) {
        return positive[index] + negative[index];
    }

    @Override
    public long numerator(int index) {
        return sum(index) > 0 ? positive[index] : negative[index];
    }

    @Override
    public int divisor(int index) {
        long sum = sum(index);
        return sum == 0 ? 0 : sum > 0 ? positives[index] : negatives[index];
    }

    @Override
    public void clear() {
        Arrays.fill(positive, 0);
        Arrays.fill(negative, 0);
        Arrays.fill(positives, 0);
        Arrays.fill(negatives, 0);
    }
}

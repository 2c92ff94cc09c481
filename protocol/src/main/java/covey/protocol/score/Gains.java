package covey.protocol.score;

/**
 * By how much a trial step lowered the loss on some samples, in nats per token.
 *
 * @param count samples
 * @param mean of loss before less loss after, over the samples
 * @param squaredError squared standard error of {@code mean}
 */
public record Gains(int count, double mean, double squaredError) {
    /**
     * Paired differences; sums are taken in the order of the samples, so equal losses give equal bits.
     *
     * @param before,after losses of the same samples, at least 2 of them, finite
     */
    public static Gains of(double[] before, double[] after) {
        int count = before.length;
        if (count < 2 || after.length != count) {
            throw new IllegalArgumentException(
                    "losses: " + count + " before, " + after.length + " after (expected: as many, at least 2)");
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += before[i] - after[i];
        }
        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double off = before[i] - after[i] - mean;
            squares += off * off;
        }
        return new Gains(count, mean, squares / ((double) count * (count - 1)));
    }
}

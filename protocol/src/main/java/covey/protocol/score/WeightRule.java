package covey.protocol.score;

import java.util.stream.IntStream;

/**
 * Shares by rank: a ramp from 2 down to 1 over those whose contributions are collected, then halves over the reserve,
 * which as a whole gets a quarter and each of which stays below half of the least of the first.
 *
 * @param collected ranks on the ramp
 * @param reserve ranks after it
 * @param burn share that nobody gets, 0 to below 1
 */
public record WeightRule(int collected, int reserve, double burn) {
    public static final WeightRule DEFAULT = new WeightRule(20, 10, 0);

    private static final double COLLECTED_SHARE = 0.75;

    /** Shares of the ranks from the first; they sum to 1 − burn, unless there is no peer. */
    public double[] shares(int peers) {
        int first = Math.min(peers, collected);
        int second = Math.min(peers - first, reserve);
        double[] shares = new double[first + second];
        IntStream.range(0, first).forEach(i -> shares[i] = first == 1 ? 2 : 2 - i / (first - 1.0));
        scale(shares, 0, first, COLLECTED_SHARE);
        if (second > 0) {
            IntStream.range(0, second).forEach(i -> shares[first + i] = Math.scalb(1.0, -i));
            scale(shares, first, first + second, 1 - COLLECTED_SHARE);
            if (shares[first] > shares[first - 1]) {
                double factor = shares[first - 1] / shares[first] / 2;
                IntStream.range(first, first + second).forEach(i -> shares[i] *= factor);
            }
        }
        scale(shares, 0, shares.length, 1 - burn);
        return shares;
    }

    private static void scale(double[] shares, int from, int to, double total) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += shares[i];
        }
        for (int i = from; i < to; i++) {
            shares[i] *= total / sum;
        }
    }
}

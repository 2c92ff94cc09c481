package covey.protocol.score;

import java.util.ArrayList;
import java.util.List;

/**
 * Ratings after one match of all against all: the Plackett-Luce model of Weng and Lin (2011) as OpenSkill has it, with
 * β = 7, τ = 0.1, κ = 10^-4 and γ = σ/c. Strict arithmetic in the order of the players, so that the same match gives
 * the same bits everywhere.
 */
public final class PlackettLuce {
    private static final double BETA = 7;
    private static final double TAU = 0.1;
    private static final double KAPPA = 1e-4;

    private final double[] mu;
    private final double[] variance;
    private final int[] rank;
    private final int[] sharers;
    /** By player: Σ exp(μ/c) over those it did not lose to. */
    private final double[] field;

    private final double c;

    private PlackettLuce(List<Rating> ratings, double[] scores) {
        int count = ratings.size();
        mu = new double[count];
        variance = new double[count];
        rank = new int[count];
        sharers = new int[count];
        field = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            mu[i] = ratings.get(i).mu();
            variance[i] = ratings.get(i).sigma() * ratings.get(i).sigma() + TAU * TAU;
            sum += variance[i] + BETA * BETA;
        }
        c = Math.sqrt(sum);
        rank(scores);
    }

    private void rank(double[] scores) {
        for (int i = 0; i < scores.length; i++) {
            for (double other : scores) {
                rank[i] += other > scores[i] ? 1 : 0;
                sharers[i] += other == scores[i] ? 1 : 0;
            }
        }
        for (int q = 0; q < scores.length; q++) {
            for (int s = 0; s < scores.length; s++) {
                field[q] += rank[s] >= rank[q] ? strength(s) : 0;
            }
        }
    }

    private double strength(int player) {
        return StrictMath.exp(mu[player] / c);
    }

    /**
     * Ratings after the match, in the order given; unchanged if fewer than two play.
     *
     * @param scores higher is better, equal scores share a rank; not NaN
     */
    public static List<Rating> rate(List<Rating> ratings, double[] scores) {
        if (ratings.size() != scores.length) {
            throw new IllegalArgumentException(
                    "scores: " + scores.length + " (expected: " + ratings.size() + ", one a player)");
        }
        if (ratings.size() < 2) {
            return List.copyOf(ratings);
        }
        PlackettLuce match = new PlackettLuce(ratings, scores);
        List<Rating> rated = new ArrayList<>(ratings.size());
        for (int i = 0; i < scores.length; i++) {
            rated.add(match.after(i));
        }
        return List.copyOf(rated);
    }

    private Rating after(int player) {
        double omega = 0;
        double delta = 0;
        for (int q = 0; q < mu.length; q++) {
            if (rank[q] <= rank[player]) {
                double p = strength(player) / field[q];
                omega += (q == player ? 1 - p : -p) / sharers[q];
                delta += p * (1 - p) / sharers[q];
            }
        }
        double sigma = Math.sqrt(variance[player]);
        double shrink = delta * (variance[player] / (c * c)) * (sigma / c);
        return new Rating(mu[player] + omega * (variance[player] / c), sigma * Math.sqrt(Math.max(1 - shrink, KAPPA)));
    }
}

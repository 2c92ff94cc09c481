package covey.protocol.score;

/**
 * Proof of computation: a moving average of whether a peer's step helped more on its own samples than on others.
 *
 * @param average -1 to 1
 * @param rounds those that moved it
 */
public record Computation(double average, int rounds) {
    public static final Computation NONE = new Computation(0, 0);

    private static final double RATE = 0.05;
    private static final double LEAST = 0.10;
    private static final int GRACE_ROUNDS = 10;

    /** @param indicator of {@link LossScore#indicator}; 0 changes nothing */
    public Computation with(int indicator) {
        return indicator == 0 ? this : new Computation((1 - RATE) * average + RATE * indicator, rounds + 1);
    }

    /** What the rating is multiplied with: at least 0; after ten rounds 0 below 0.10. */
    public double factor() {
        return rounds >= GRACE_ROUNDS && average < LEAST ? 0 : Math.max(0, average);
    }
}

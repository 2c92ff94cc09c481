package covey.protocol.score;

/**
 * What is believed of a peer's skill: a normal distribution.
 *
 * @param mu mean
 * @param sigma standard deviation, above 0
 */
public record Rating(double mu, double sigma) {
    /** Before the first match; its {@link #ordinal} is 0. */
    public static final Rating FRESH = new Rating(25, 25.0 / 3);

    /** A skill that the peer has almost surely: μ − 3σ. */
    public double ordinal() {
        return mu - 3 * sigma;
    }
}

package covey.protocol.score;

/**
 * One peer's contribution of one round, measured at that round's θ (rule J1).
 *
 * @param own on samples that the peer's commitment says it trained on
 * @param random on samples of the round that nobody was assigned; the same for all peers of the round
 */
public record LossScore(Gains own, Gains random) {
    /** How much more it helped where the peer says it trained; nats per token. */
    public double difference() {
        return own.mean() - random.mean();
    }

    /** Squared standard error of {@link #difference}. */
    public double squaredError() {
        return own.squaredError() + random.squaredError();
    }

    /**
     * Whether the peer seems to have trained: 1 yes, -1 no, 0 where a scorer abstains (rule J2).
     *
     * @param tolerance of the backend's losses in nats per token; 0 for the reference, which never abstains
     */
    public int indicator(double tolerance) {
        double difference = difference();
        boolean abstains = tolerance > 0 && Math.abs(difference) < 2 * Math.sqrt(squaredError()) + tolerance;
        return abstains ? 0 : difference > 0 ? 1 : -1;
    }
}

package covey.protocol.score;

import covey.protocol.ledger.trust.Trust;
import covey.protocol.score.Evidence.Finding;

/**
 * What a validator knows of one trainer.
 *
 * @param rating among those measured in the same rounds
 * @param computation whether it trains
 * @param evidence whether it trains on its data
 * @param trust for θ
 * @param missing rounds missed in a row
 * @param strayed rounds in a row after which it did not report the agreed state root
 * @param score final score; weights go by its rank
 * @param scoredRound last round in which it was measured; 0 = never
 */
public record Standing(
        Rating rating,
        Computation computation,
        Evidence evidence,
        Trust trust,
        int missing,
        int strayed,
        double score,
        long scoredRound) {
    public static final Standing FRESH =
            new Standing(Rating.FRESH, Computation.NONE, Evidence.NONE, Trust.NONE, 0, 0, 0, 0);

    private static final double PER_STRAYED_ROUND = 0.75;

    /** State-root agreement, 0 to 1. */
    public double sync() {
        return StrictMath.pow(PER_STRAYED_ROUND, strayed);
    }

    /** Rating × proof of computation × sync. */
    public double product() {
        return rating.ordinal() * computation.factor() * sync();
    }

    /** @param indicator of {@link LossScore#indicator} */
    Standing measured(long round, Evidence more, Finding finding, int indicator) {
        Trust found = switch (finding) {
            case PASSED -> trust.after(true);
            case FAILED -> trust.after(false);
            case UNDECIDED -> trust;
        };
        return new Standing(rating, computation.with(indicator), more, found, 0, strayed, score, round);
    }

    Standing rated(Rating next) {
        return new Standing(next, computation, evidence, trust, missing, strayed, score, scoredRound);
    }

    Standing withMissing(int rounds) {
        return new Standing(rating, computation, evidence, trust, rounds, strayed, score, scoredRound);
    }

    Standing withStrayed(int rounds) {
        return new Standing(rating, computation, evidence, trust, missing, rounds, score, scoredRound);
    }

    Standing withScore(double next) {
        return new Standing(rating, computation, evidence, trust, missing, strayed, next, scoredRound);
    }

    /** Trust and score are gone; evidence stays, or copying would make a newcomer of who is about to fail. */
    Standing copied() {
        return new Standing(rating, computation.with(-1), evidence, Trust.NONE, 0, strayed, 0, scoredRound);
    }
}

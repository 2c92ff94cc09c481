package covey.protocol.score;

import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a peer trained on the data it was given, over its last {@link Limits#EVIDENCE_ROUNDS} scored rounds (rule
 * J1).
 *
 * @param scores oldest first
 */
public record Evidence(List<LossScore> scores) {
    public static final Evidence NONE = new Evidence(List.of());
    /** Z from which a peer passes. */
    public static final double PASS = 2;

    /** What an evaluation finds. */
    public enum Finding {
        /** Too few rounds to tell. */
        UNDECIDED,
        PASSED,
        /** As many rounds as count, and still no sign of training. */
        FAILED
    }

    public Evidence {
        scores = List.copyOf(scores);
    }

    public Evidence with(LossScore score) {
        List<LossScore> next = new ArrayList<>(scores);
        next.add(score);
        return new Evidence(next.subList(Math.max(0, next.size() - Limits.EVIDENCE_ROUNDS), next.size()));
    }

    /** Σ d / √Σ SE²; 0 while nothing was measured or nothing varied. */
    public double z() {
        double differences = 0;
        double squares = 0;
        for (LossScore score : scores) {
            differences += score.difference();
            squares += score.squaredError();
        }
        return squares > 0 ? differences / Math.sqrt(squares) : 0;
    }

    public Finding finding() {
        if (z() >= PASS) {
            return Finding.PASSED;
        }
        return scores.size() < Limits.EVIDENCE_ROUNDS ? Finding.UNDECIDED : Finding.FAILED;
    }
}

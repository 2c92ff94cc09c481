package covey.protocol.score;

import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.Collection;
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
    /**
     * Median Z of trainers from which a round tells those apart who don't train: in a run's first rounds all learn what
     * is common to all samples, and nobody's own ones stand out.
     */
    private static final double TELLING = 2 * PASS;

    /** What an evaluation finds. */
    public enum Finding {
        /** Too few rounds to tell, or too little to tell by. */
        UNDECIDED,
        PASSED,
        /** As many rounds as count, and no sign of training where others show one. */
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

    public boolean isFull() {
        return scores.size() == Limits.EVIDENCE_ROUNDS;
    }

    /** @param telling of {@link #isTelling} */
    public Finding finding(boolean telling) {
        if (z() >= PASS) {
            return Finding.PASSED;
        }
        return telling && isFull() ? Finding.FAILED : Finding.UNDECIDED;
    }

    /** Whether a trainer may fail now: the lower median of those with as many rounds as count is far above passing. */
    static boolean isTelling(Collection<Evidence> all) {
        double[] full = all.stream()
                .filter(Evidence::isFull)
                .mapToDouble(Evidence::z)
                .sorted()
                .toArray();
        return full.length > 0 && full[(full.length - 1) / 2] >= TELLING;
    }
}

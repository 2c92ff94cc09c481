package covey.protocol.inspect;

import covey.protocol.contribution.Rejection;
import covey.protocol.model.Hotkey;
import java.util.Optional;

/**
 * Cheap statistics of one contribution among those of its round. Honest ones were measured with norms of 0.9 to 1.1 of
 * the median, no opponent, and nothing replayed beyond 0.1 (docs/attacks.md).
 *
 * @param normRatio its norm over the median norm of the round; 0 for an empty one
 * @param opposed share of the round's contributions whose signs are opposite to its own
 * @param backed share of the round's contributions whose signs are as its own, itself included; 1 where most
 *     are not backed by most
 * @param replayed 0: no more of an earlier round than is usual; 1: nothing else
 * @param repeating share of chunks with the coordinates of the chunk before
 */
public record Inspection(
        Hotkey hotkey, double normRatio, double opposed, double backed, double replayed, double repeating) {
    /** More is shortened to the median (rule H7), so it gains nothing; a newcomer without error feedback has less. */
    private static final double NORM_MOST = 8;

    private static final double NORM_LEAST = 1.0 / 64;
    /** So an honest one is rejected only where more than half are not. */
    private static final double OPPOSED_MOST = 0.5;

    /** What no training made agrees with nobody; three that do outvote two that agree with each other only. */
    private static final double BACKED_LEAST = 0.5;

    private static final double REPLAYED_MOST = 0.5;
    private static final double REPEATING_MOST = 0.1;

    /** What is far out of line, if anything is; far enough that no honest trainer comes near it. */
    public Optional<Rejection> rejection() {
        if (isNormOut()) {
            return Optional.of(Rejection.NORM);
        }
        if (opposed > OPPOSED_MOST) {
            return Optional.of(Rejection.SIGNS);
        }
        if (replayed > REPLAYED_MOST) {
            return Optional.of(Rejection.REPLAY);
        }
        if (repeating > REPEATING_MOST) {
            return Optional.of(Rejection.INDICES);
        }
        return backed < BACKED_LEAST ? Optional.of(Rejection.SIGNS) : Optional.empty();
    }

    private boolean isNormOut() {
        return normRatio > NORM_MOST || normRatio < NORM_LEAST;
    }

    /** The same with the value and its rule. */
    public Optional<String> finding() {
        return rejection().map(rejection -> switch (rejection) {
            case NORM -> "norm: " + rounded(normRatio) + " of the median (expected: 1/64 to 8)";
            case SIGNS -> signs();
            case REPLAY -> "replay: " + rounded(replayed) + " of an earlier round (expected: at most 0.5)";
            default -> "indices: " + rounded(repeating) + " of the chunks repeat (expected: at most 0.1)";
        });
    }

    private String signs() {
        return opposed > OPPOSED_MOST
                ? "signs: opposite to " + rounded(opposed) + " of the round (expected: at most 0.5)"
                : "signs: as in " + rounded(backed) + " of the round (expected: at least 0.5)";
    }

    private static double rounded(double value) {
        return Math.rint(value * 1000) / 1000;
    }
}

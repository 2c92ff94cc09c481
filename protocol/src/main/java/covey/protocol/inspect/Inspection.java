package covey.protocol.inspect;

import covey.protocol.contribution.Rejection;
import covey.protocol.model.Hotkey;
import java.util.Optional;

/**
 * Cheap statistics of one contribution among those of its round.
 *
 * @param normRatio its norm over the median norm of the round; 0 for an empty one
 * @param signAgreement of the coordinates that others carry too, the share with their sign; NaN if there are few
 * @param repeating share of chunks with the coordinates of the chunk before
 */
public record Inspection(Hotkey hotkey, double normRatio, double signAgreement, double repeating) {
    private static final double NORM_MOST = 64;
    private static final double SIGNS_LEAST = 0.25;
    private static final double REPEATING_MOST = 0.1;

    /** What is far out of line, if anything is; far enough that no honest trainer comes near it. */
    public Optional<Rejection> rejection() {
        if (isNormOut()) {
            return Optional.of(Rejection.NORM);
        }
        if (signAgreement < SIGNS_LEAST) {
            return Optional.of(Rejection.SIGNS);
        }
        return repeating > REPEATING_MOST ? Optional.of(Rejection.INDICES) : Optional.empty();
    }

    private boolean isNormOut() {
        return normRatio > NORM_MOST || normRatio < 1 / NORM_MOST;
    }

    /** The same with the value and its rule. */
    public Optional<String> finding() {
        if (isNormOut()) {
            return Optional.of("norm: " + rounded(normRatio) + " of the median (expected: 1/64 to 64)");
        }
        if (signAgreement < SIGNS_LEAST) {
            return Optional.of("signs: " + rounded(signAgreement) + " agree with others (expected: at least 0.25)");
        }
        return repeating > REPEATING_MOST
                ? Optional.of("indices: " + rounded(repeating) + " of the chunks repeat (expected: at most 0.1)")
                : Optional.empty();
    }

    private static double rounded(double value) {
        return Math.rint(value * 1000) / 1000;
    }
}

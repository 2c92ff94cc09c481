package covey.protocol.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What one coordinate moves by, from the values v = s·level·f of the contributions that carry it and whose clip factor
 * is above zero (rule H6). n is their number, R the size of the collect set. All are exact: a sum of at most 256
 * integers below 2^45, divided once by an integer.
 */
public enum AggregationPolicy {
    /** Σ v / n; the default at α = 1. */
    CONTRIBUTOR_MEAN,
    /** Σ v / R. */
    MEAN,
    /** Σ v / (n + 1/2): what few carry counts less. */
    SHRUNK_MEAN,
    /** Mean without the ⌊(n + 1) / 4⌋ smallest and as many largest: of one or two nothing is left out. */
    TRIMMED_MEAN,
    /** Mean of those that have the sign of Σ v; nothing moves where Σ v is 0. */
    SIGN_AGREEMENT;

    /** The name in genesis: kebab-case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The policy of that name. */
    public static Optional<AggregationPolicy> of(String text) {
        return Arrays.stream(values())
                .filter(policy -> policy.text().equals(text))
                .findFirst();
    }
}

package covey.chaos.hostile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a hostile trainer does. */
public enum Cheat {
    /** Trains, and sends the opposite. */
    SIGN_FLIP,
    /** Trains, and sends 32 times as much. */
    SCALED,
    /** Trains, and sends its values at the first coordinates of each chunk. */
    INDEX_STUFFING,
    /** Trains, and sends a scale that is no number. */
    NOT_FINITE,
    /** Trains on other samples than those assigned, and says it was these. */
    OTHER_DATA,
    /** Is honest for ten rounds, then sends the opposite. */
    TURNCOAT,
    /** Trains once, and sends the same in each round. */
    STALE,
    /** Does not train; sends what another trainer sent in the round before. */
    COPIER,
    /** Does not train; sends the direction that the network moved in last. */
    FREE_RIDER,
    /** Does not train; sends noise. */
    NOISE,
    /** Does not train; sends nothing. What other kinds cost is measured against it. */
    SILENT,
    /** Is honest for ten rounds, then sends nothing. */
    QUITTER;

    /** Its name on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The same trainer sending nothing where this one cheats. Beside it the honest ones get the same samples, so that
     * losses differ by what the cheating does alone.
     */
    Cheat absent() {
        return switch (this) {
            case TURNCOAT, QUITTER -> QUITTER;
            case SIGN_FLIP, SCALED, INDEX_STUFFING, NOT_FINITE, OTHER_DATA, STALE, COPIER, FREE_RIDER, NOISE, SILENT ->
                SILENT;
        };
    }

    static Optional<Cheat> of(String text) {
        return Arrays.stream(values())
                .filter(cheat -> cheat.text().equals(text))
                .findFirst();
    }
}

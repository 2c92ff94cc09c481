package covey.chaos.hostile;

import covey.protocol.inspect.Earlier;
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
    /** The same with all values at other coordinates of their chunks, which is what copies are known by. */
    COPIER_PERMUTED,
    /** The same with two values of three at other coordinates and of any sign, so that less than half is a copy. */
    COPIER_NOISED,
    /** The same of the oldest round that contributions are compared with. */
    COPIER_DELAYED,
    /** The same of two rounds earlier still, which nobody compares with any more. */
    COPIER_LATE,
    /** Trains; of every other chunk it sends noise. */
    HALF_HONEST,
    /** Does not train; sends a direction of its own choosing in each round, one for all colluders. */
    COLLUDER,
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
            case SIGN_FLIP,
                    SCALED,
                    INDEX_STUFFING,
                    NOT_FINITE,
                    OTHER_DATA,
                    STALE,
                    COPIER,
                    COPIER_PERMUTED,
                    COPIER_NOISED,
                    COPIER_DELAYED,
                    COPIER_LATE,
                    HALF_HONEST,
                    COLLUDER,
                    FREE_RIDER,
                    NOISE,
                    SILENT -> SILENT;
        };
    }

    /** How many rounds after another trainer it sends the same; 0: it copies nobody. */
    int copiesAfter() {
        return switch (this) {
            case COPIER, COPIER_PERMUTED, COPIER_NOISED -> 1;
            case COPIER_DELAYED -> Earlier.ROUNDS;
            case COPIER_LATE -> Earlier.ROUNDS + 2;
            case SIGN_FLIP,
                    SCALED,
                    INDEX_STUFFING,
                    NOT_FINITE,
                    OTHER_DATA,
                    TURNCOAT,
                    STALE,
                    HALF_HONEST,
                    COLLUDER,
                    FREE_RIDER,
                    NOISE,
                    SILENT,
                    QUITTER -> 0;
        };
    }

    static Optional<Cheat> of(String text) {
        return Arrays.stream(values())
                .filter(cheat -> cheat.text().equals(text))
                .findFirst();
    }
}

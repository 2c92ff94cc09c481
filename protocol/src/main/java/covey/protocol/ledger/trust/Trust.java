package covey.protocol.ledger.trust;

import covey.protocol.model.Limits;

/**
 * How much of a peer's contribution enters θ (rule H7), as an integer.
 *
 * @param passed evaluations passed since the last failed one, at most {@link #NEEDED}
 */
public record Trust(int passed) {
    /** Passed evaluations that make a peer trusted. */
    public static final int NEEDED = 3;
    /** The factor of whoever is not trusted: a quarter. */
    public static final int NEWCOMER_Q16 = Limits.FACTOR_ONE / 4;

    public static final Trust NONE = new Trust(0);

    public Trust after(boolean pass) {
        return pass ? new Trust(Math.min(NEEDED, passed + 1)) : NONE;
    }

    /** 65536 or 16384. */
    public int trustQ16() {
        return passed >= NEEDED ? Limits.FACTOR_ONE : NEWCOMER_Q16;
    }
}

package covey.protocol.contribution;

import java.util.Optional;

/**
 * Why a contribution is not accepted. The code stands in verdicts on the ledger and never changes; 0 there means
 * accepted (or, of a sealed round's commitment, unfetched).
 */
public enum Rejection {
    LENGTH(1, "its length is not what the commitment and its header say"),
    FORMAT(2, "its header is not one of format version 1"),
    RUN(3, "it belongs to another run"),
    ROUND(4, "it was made for another round"),
    HOTKEY(5, "its header names another hotkey than its commitment"),
    BASE_ROOT(6, "it was trained from parameters that are not the agreed ones"),
    LAYOUT(7, "it was cut by the layout of another model"),
    BITS(8, "it has another number of bits a value than the run"),
    STEPS(9, "its inner steps are fewer or more than the run allows"),
    SIGNATURE(10, "its signature is not its hotkey's"),
    SCALE(11, "a scale is negative, above 8.0 or not a number"),
    INDEX(12, "an index lies outside its chunk's values"),
    PLANE_LENGTH(13, "a plane is longer or shorter than its content"),
    FILL(14, "a fill bit is set"),
    /** Compared with the others of its round (rules D6, H7). */
    NORM(32, "its norm is out of proportion to the others'"),
    /** Of its round, or of one of the last three (rule D6). */
    COPY(33, "it repeats another contribution"),
    /** Reserved for the check of the sample root against the assignment (rule I2). */
    SAMPLES(34, "its sample root is not that of its assigned samples"),
    SIGNS(35, "its signs are not those of most others"),
    INDICES(36, "its chunks carry the same coordinates one after another"),
    /** Of one of the last three rounds (rule D6). */
    REPLAY(37, "it repeats what an earlier round sent");

    private final int code;
    private final String reason;

    Rejection(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** At least 1, at most 255. */
    public int code() {
        return code;
    }

    /** One line for people, that goes after "the contribution is rejected: ". */
    public String reason() {
        return reason;
    }

    /** Whether it says how a contribution compares with others; then it is well-formed. */
    public boolean isRelative() {
        return switch (this) {
            case NORM, COPY, SIGNS, INDICES, REPLAY -> true;
            case LENGTH,
                    FORMAT,
                    RUN,
                    ROUND,
                    HOTKEY,
                    BASE_ROOT,
                    LAYOUT,
                    BITS,
                    STEPS,
                    SIGNATURE,
                    SCALE,
                    INDEX,
                    PLANE_LENGTH,
                    FILL,
                    SAMPLES -> false;
        };
    }

    public static Optional<Rejection> of(int code) {
        for (Rejection rejection : values()) {
            if (rejection.code == code) {
                return Optional.of(rejection);
            }
        }
        return Optional.empty();
    }
}

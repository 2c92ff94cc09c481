package covey.chaos.cover;

/** How a network falls apart in two: as the part with fewer nodes sees it. */
public record Partition(Side side, Direction direction) {
    /** Which nodes the smaller part has. */
    public enum Side {
        /** No quorum of the authorities is in it: the larger part may go on. */
        MINORITY,
        /** A quorum of the authorities is in it: the larger part gets no blocks. */
        MAJORITY
    }

    /** Which messages are lost. */
    public enum Direction {
        /** All between the two parts. */
        SYMMETRIC,
        /** Those from the smaller part: nobody hears it. */
        MUTE,
        /** Those to the smaller part: it hears nobody. */
        DEAF
    }

    @Override
    public String toString() {
        return side + " " + direction;
    }
}

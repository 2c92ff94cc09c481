package covey.protocol.ballot;

/**
 * Number of a ballot: only the named authority may prepare or propose in it (rule C1). Ordered by counter, then by
 * authority.
 *
 * @param counter from 1; 0 in {@link #NONE} only
 * @param authority index in genesis
 */
public record BallotNumber(long counter, int authority) implements Comparable<BallotNumber> {
    /** Below every ballot. */
    public static final BallotNumber NONE = new BallotNumber(0, 0);

    public boolean isAbove(BallotNumber other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(BallotNumber other) {
        int byCounter = Long.compare(counter, other.counter);
        return byCounter != 0 ? byCounter : Integer.compare(authority, other.authority);
    }

    @Override
    public String toString() {
        return counter + "." + authority;
    }
}

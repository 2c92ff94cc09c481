package covey.protocol.transfer;

/** Consecutive units of a segment. */
public record UnitRange(int first, int count) {
    public int end() {
        return first + count;
    }
}

package covey.protocol.contribution;

/** Bytes of each plane in the order in which they stand (rule H4). */
public record PlaneLengths(int scales, int signs, int magnitudes, int lowBits, int unary) {
    public boolean isNonNegative() {
        return (scales | signs | magnitudes | lowBits | unary) >= 0;
    }

    public long total() {
        return (long) scales + signs + magnitudes + lowBits + unary;
    }

    /** Whether these can be lengths of planes at all, as far as it shows without reading them. */
    boolean fit(int chunkCount, int bits) {
        return isNonNegative() && scales == 2L * chunkCount && magnitudes == (bits == 2 ? signs : 0);
    }

    /** Lengths that {@code valueCount} values need, all but the unary plane's following from their number. */
    static PlaneLengths of(int chunkCount, int bits, long valueCount, int unary) {
        int one = Math.toIntExact((valueCount + 7) >>> 3);
        int low = Math.toIntExact((Planes.RICE_BITS * valueCount + 7) >>> 3);
        return new PlaneLengths(Math.multiplyExact(2, chunkCount), one, bits == 2 ? one : 0, low, unary);
    }
}

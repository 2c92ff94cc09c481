package covey.protocol.outer;

import covey.protocol.contribution.DecodedChunk;

/**
 * A squared norm as an unsigned 128-bit integer: Σ s²·level², s in units of 2^-24 (rule H7). One chunk adds less than
 * 2^64 and there are less than 2^31 chunks, so it stays below 2^95.
 */
public record Norm(long high, long low) implements Comparable<Norm> {
    public static final Norm ZERO = new Norm(0, 0);

    /** @param addend unsigned */
    public Norm plus(long addend) {
        long sum = low + addend;
        return new Norm(Long.compareUnsigned(sum, low) < 0 ? high + 1 : high, sum);
    }

    /** Adds a chunk's values: s² ≤ 2^54, at most 64 levels of square at most 9, so below 2^64. */
    public Norm plus(DecodedChunk chunk) {
        long levels = 0;
        for (int i = 0; i < chunk.count(); i++) {
            levels += (long) chunk.level(i) * chunk.level(i);
        }
        return plus((long) chunk.scaleUnits() * chunk.scaleUnits() * levels);
    }

    /** The nearest double, for statistics. */
    public double toDouble() {
        double lower = (low >>> 1) * 2.0 + (low & 1);
        return high * 0x1p64 + lower;
    }

    public boolean isZero() {
        return (high | low) == 0;
    }

    Norm doubled() {
        return new Norm(high << 1 | low >>> 63, low << 1);
    }

    Norm minus(Norm other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new Norm(high - other.high - borrow, low - other.low);
    }

    @Override
    public int compareTo(Norm other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}

package covey.protocol.contribution;

import covey.protocol.contribution.Planes.Plane;
import org.jspecify.annotations.Nullable;

/**
 * Reads planes chunk by chunk and holds every byte to the rules of H4: whatever it accepts up to the end re-encodes
 * to the same bytes. Never throws for what the planes contain. Used by one thread.
 */
public final class ChunkCursor {
    /** The largest q: an index is at most 4095, its gap less one too. */
    private static final int MAX_QUOTIENT = 127;

    /** Where a cursor stands: before {@code chunk}, after so many values and unary bits. */
    public record Position(int chunk, long values, long unaryBits) {
        public static final Position START = new Position(0, 0, 0);
    }

    private final Planes planes;
    private final Layout layout;
    private int chunk;
    private long values;
    private long unaryBits;

    ChunkCursor(Planes planes, Position from) {
        this.planes = planes;
        this.layout = planes.layout();
        chunk = from.chunk();
        values = from.values();
        unaryBits = from.unaryBits();
    }

    public Position position() {
        return new Position(chunk, values, unaryBits);
    }

    public boolean hasNext() {
        return chunk < layout.chunkCount();
    }

    /** Reads the next chunk; null if it keeps the rules. After a rejection the cursor is of no more use. */
    public @Nullable Rejection next(DecodedChunk into) {
        int pattern = planes.scalePattern(chunk);
        if (!Scale.isLegal(pattern)) {
            return Rejection.SCALE;
        }
        into.begin(chunk, Scale.units(pattern));
        Rejection rejection = pattern == 0 ? null : readValues(into);
        chunk++;
        return rejection;
    }

    private @Nullable Rejection readValues(DecodedChunk into) {
        int kept = layout.keptCount(chunk);
        int valid = layout.validCount(chunk);
        if (values + kept > planes.valueCapacity()) {
            return Rejection.PLANE_LENGTH;
        }
        int index = -1;
        for (int i = 0; i < kept; i++, values++) {
            int quotient = readQuotient();
            if (quotient < 0) {
                return Rejection.PLANE_LENGTH;
            }
            index += 1 + (quotient << Planes.RICE_BITS | planes.low(values));
            if (index >= valid) {
                return Rejection.INDEX;
            }
            into.add(index, planes.level(values));
        }
        return null;
    }

    /**
     * Ones up to the next zero; -1 if the plane ends before it, a value above the largest legal one if there are
     * more.
     */
    private int readQuotient() {
        long end = planes.unaryCapacity();
        for (int ones = 0; unaryBits < end; ones++) {
            if (planes.unaryBit(unaryBits++) == 0 || ones > MAX_QUOTIENT) {
                return ones;
            }
        }
        return -1;
    }

    /** Whether the planes end where the chunks do, with zero fill; null if so. Call after the last chunk. */
    @Nullable
    Rejection finish() {
        PlaneLengths used = PlaneLengths.of(layout.chunkCount(), planes.bits(), values, (int) ((unaryBits + 7) >>> 3));
        if (!used.equals(planes.lengths())) {
            return Rejection.PLANE_LENGTH;
        }
        boolean zero = planes.isFillZero(values, Plane.SIGNS)
                && (planes.bits() == 1 || planes.isFillZero(values, Plane.MAGNITUDES))
                && planes.isFillZero(Planes.RICE_BITS * values, Plane.LOW_BITS)
                && planes.isFillZero(unaryBits, Plane.UNARY);
        return zero ? null : Rejection.FILL;
    }
}

package covey.compute.cpu.round;

import covey.protocol.model.Limits;

/**
 * Sums of one chunk's values, decoded on the way, and the list of coordinates that have any. Reused from chunk to chunk
 * by one thread.
 */
final class SparseSums {
    /** A sum, at most 2^53 in magnitude, stands above the number of its values, at most 256. */
    private static final int COUNT_BITS = 9;

    private final long[] sums = new long[Limits.CHUNK_LENGTH];
    /** One more than there are coordinates, as the place behind the last is written too. */
    private final int[] touched = new int[Limits.CHUNK_LENGTH + 1];

    private int size;

    /**
     * Adds the values of a chunk.
     *
     * @param value the first one's number in the planes
     * @param unary where its gap begins
     * @param valid indices are below it
     * @param scale s·f, at most 2^43
     * @return where the gaps end
     */
    long add(PlaneBytes planes, long value, long unary, int kept, int valid, long scale) {
        long signs = planes.signs(value);
        long magnitudes = planes.magnitudes(value);
        long unit = planes.bits() * scale;
        long word = unary >>> 6;
        long ends = planes.unaryEnds(word) & -1L << unary;
        long before = unary;
        int index = -1;
        int filled = size;
        for (int i = 0; i < kept; i++) {
            while (ends == 0) {
                ends = planes.unaryEnds(++word);
            }
            long end = (word << 6) + Long.numberOfTrailingZeros(ends);
            ends &= ends - 1;
            index += 1 + ((int) (end - before) << EncodedChunks.RICE_BITS) + planes.low(value + i);
            before = end + 1;
            long magnitude = unit + (scale & -(magnitudes >>> i & 1));
            long negative = -(signs >>> i & 1);
            long sum = sums[index];
            sums[index] = sum + (((magnitude ^ negative) - negative) << COUNT_BITS) + 1;
            touched[filled] = index;
            filled += 1 - (int) ((sum | -sum) >>> 63);
        }
        if (index >= valid) {
            throw IndexedPlanes.unchecked();
        }
        size = filled;
        return before;
    }

    /** Coordinates that have values. */
    int size() {
        return size;
    }

    int index(int i) {
        return touched[i];
    }

    /** The sum at an index. */
    long sum(int index) {
        return sums[index] >> COUNT_BITS;
    }

    /** How many values it has. */
    int count(int index) {
        return (int) sums[index] & (1 << COUNT_BITS) - 1;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            sums[touched[i]] = 0;
        }
        size = 0;
    }
}

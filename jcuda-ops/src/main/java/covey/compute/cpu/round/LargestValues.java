package covey.compute.cpu.round;

import covey.compute.cpu.Width;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.model.Limits;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The largest magnitudes of a chunk, exactly as rule H3 orders them. A bound that about a hundred of 4096 values reach
 * is guessed; these alone are then looked at closely, and all of them where no guess holds. A guess never shows in the
 * result. Used by one thread.
 */
final class LargestValues {
    static final int MAGNITUDE_MASK = 0x7FFFFFFF;

    private static final int L = Width.LANES;
    private static final int SIDE = Limits.TILE_SIDE;
    private static final int SIDE_BITS = 6;
    private static final int ATTEMPTS = 4;
    private static final int MOST = 512;
    private static final int MANY = 128;
    private static final int FEW = 88;
    private static final float FIRST_RATIO = 2.25f;
    private static final int MANTISSA_BITS = 23;
    private static final int FINITE = Float.floatToIntBits(Float.MAX_VALUE);
    /** Half of the smallest scale above 0 is 2^-25, which rounds to 0. */
    private static final float TINY = 0x1p-26f;
    /** Marks of a vector. */
    private static final long ALL = (1L << L) - 1;
    /** Marks of a row that are listed without a branch: of a hundred in 64 rows hardly ever more stand in one. */
    private static final int LISTED = 3;
    /** Of a tile's list. */
    private static final int ROOM = Limits.CHUNK_LENGTH + SIDE;

    /** Indices by tile, ascending, with room for what is written behind them. */
    private final int[] found = new int[Bands.TILES * ROOM];

    private final int[] counts = new int[Bands.TILES];
    private final int[] positions = new int[Limits.CHUNK_LENGTH + SIDE];
    private final int[] bits = new int[Limits.CHUNK_LENGTH + SIDE];
    private final int[] magnitudes = new int[Limits.CHUNK_LENGTH + L];
    private int count;
    private int listed;
    private int least;
    private int most;
    private int spread;
    private float ratio = FIRST_RATIO;
    private float bound = Float.POSITIVE_INFINITY;

    private final int[] indices = new int[FIRST + DecodedChunk.MAX_COUNT + L];
    private final int[] places = new int[DecodedChunk.MAX_COUNT + L];
    private final int[] values = new int[DecodedChunk.MAX_COUNT + L];

    /** Where the first index stands; before it −1, to which the first gap is counted. */
    static final int FIRST = L;

    /** Indices in the chunk, ascending, from {@link #FIRST} on. */
    int[] indices() {
        return indices;
    }

    /** The bits of the values at these, from 0 on. */
    int[] values() {
        return values;
    }

    /** By how much the exponents of these differ at most. */
    int spread() {
        return spread;
    }

    /** Where in memory they stand. */
    int[] places() {
        return places;
    }

    /** A bound that about a hundred of 4096 values may reach, if they are like those before. */
    float bound() {
        return bound;
    }

    enum Outcome {
        SELECTED,
        /** Nothing was selected, as all magnitudes are below 2^-26: whatever the mean of some is, its scale is 0. */
        TINY,
        NOT_FINITE
    }

    /** Empties the lists of all tiles. */
    void clear() {
        Arrays.fill(counts, 0);
    }

    /**
     * Lists values of a row, rows in ascending order.
     *
     * @param marks of some bound
     */
    void list(int tile, int row, long marks) {
        int[] into = found;
        int end = tile * ROOM + counts[tile];
        int here = Long.bitCount(marks);
        long left = marks;
        for (int i = 0; i < LISTED; i++, left &= left - 1) {
            into[end + i] = row * SIDE + (Long.numberOfTrailingZeros(left) & SIDE - 1);
        }
        for (int i = LISTED; i < here; i++, left &= left - 1) {
            into[end + i] = row * SIDE + Long.numberOfTrailingZeros(left);
        }
        counts[tile] += here;
    }

    /**
     * Selects among the 64 rows of 64 values from {@code at} on.
     *
     * @param tile whose list is used, if it fits
     * @param kept how many, 1 to 64
     */
    Outcome select(float[] x, int at, int stride, int tile, int kept) {
        count = counts[tile];
        if ((count < kept || count > MOST) && !guess(x, at, stride, tile, kept)) {
            return Outcome.TINY;
        }
        bound *= count > MANY ? 1.01f : count < FEW ? 0.99f : 1f;
        listed = tile * ROOM;
        read(x, at, stride);
        look();
        if (most > FINITE) {
            return Outcome.NOT_FINITE;
        }
        choose(kept);
        return Outcome.SELECTED;
    }

    /** Lists with other bounds until one fits, or else all; false if all are tiny. */
    private boolean guess(float[] x, int at, int stride, int tile, int kept) {
        float rms = rms(x, at, stride);
        for (int attempt = 0; attempt < ATTEMPTS && rms > 0 && rms <= Float.MAX_VALUE; attempt++) {
            listFrom(x, at, stride, tile, ratio * rms);
            if (count >= kept && count <= MOST) {
                bound = ratio * rms;
                return true;
            }
            ratio *= count < kept ? 0.75f : 1.3f;
        }
        ratio = FIRST_RATIO;
        listFrom(x, at, stride, tile, TINY);
        boolean any = count > 0;
        if (any && count < kept) {
            listFrom(x, at, stride, tile, 0);
        }
        return any;
    }

    private static float rms(float[] x, int at, int stride) {
        FloatVector squares = Width.all(0f);
        for (int row = 0; row < SIDE; row++) {
            for (int j = 0; j < SIDE; j += L) {
                FloatVector some = Width.load(x, at + row * stride + j);
                squares = some.fma(some, squares);
            }
        }
        return (float) Math.sqrt(squares.reduceLanes(VectorOperators.ADD) / Limits.CHUNK_LENGTH);
    }

    private void listFrom(float[] x, int at, int stride, int tile, float bound) {
        counts[tile] = 0;
        for (int row = 0; row < SIDE; row++) {
            list(tile, row, rowMarks(x, at + row * stride, bound));
        }
        count = counts[tile];
    }

    private static long rowMarks(float[] x, int at, float bound) {
        long marks = 0;
        for (int j = 0; j < SIDE; j += L) {
            marks |= marks(Width.load(x, at + j), bound) << j;
        }
        return marks;
    }

    /** Ones for the values whose magnitude reaches a bound, and for all that are not finite. */
    static long marks(FloatVector x, float bound) {
        return x.abs().compare(VectorOperators.LT, bound).toLong() ^ ALL;
    }

    /** Where the values stand that are listed, and their bits. */
    private void read(float[] x, int at, int stride) {
        locate(at, stride);
        for (int i = 0; i < count; i++) {
            bits[i] = Float.floatToRawIntBits(x[positions[i]]);
        }
    }

    private void locate(int at, int stride) {
        for (int i = 0; i < count; i += L) {
            IntVector index = IntVector.fromArray(Width.INTS, found, listed + i);
            IntVector row = index.lanewise(VectorOperators.LSHR, SIDE_BITS);
            row.mul(stride).add(index.and(SIDE - 1)).add(at).intoArray(positions, i);
        }
    }

    /**
     * Magnitudes of what is listed, the smallest and the largest. A plain loop, of which the compiler makes vectors
     * itself: two vectors that are carried from turn to turn became objects in half of all JVMs.
     */
    private void look() {
        int smallest = MAGNITUDE_MASK;
        int largest = 0;
        for (int i = 0; i < count; i++) {
            int magnitude = bits[i] & MAGNITUDE_MASK;
            magnitudes[i] = magnitude;
            smallest = Math.min(smallest, magnitude);
            largest = Math.max(largest, magnitude);
        }
        least = smallest;
        most = largest;
        Width.all(-1).intoArray(magnitudes, count);
    }

    private void choose(int kept) {
        int threshold = count == kept ? least : threshold(kept);
        spread = (most >>> MANTISSA_BITS) - (threshold >>> MANTISSA_BITS);
        if (countFrom(magnitudes, count, threshold) == kept) {
            take(threshold);
        } else {
            takeWithTies(threshold, kept);
        }
        indices[FIRST - 1] = -1;
    }

    /** A number that exactly {@code kept} magnitudes reach, or else the largest one that more do. */
    private int threshold(int kept) {
        int reached = least;
        int beyond = most + 1;
        // Most of what reaches the guessed bound lies not far above it.
        int middle = reached + (beyond - reached >>> 3);
        while (beyond - reached > 1) {
            int reaching = countFrom(magnitudes, count, middle);
            if (reaching == kept) {
                return middle;
            }
            if (reaching > kept) {
                reached = middle;
            } else {
                beyond = middle;
            }
            middle = reached + (beyond - reached >>> 1);
        }
        return reached;
    }

    private static int countFrom(int[] of, int count, int bound) {
        int n = 0;
        for (int i = 0; i < count; i += L) {
            n += Long.bitCount(IntVector.fromArray(Width.INTS, of, i)
                    .compare(VectorOperators.GE, bound)
                    .toLong());
        }
        return n;
    }

    private void take(int threshold) {
        int n = 0;
        for (int i = 0; i < count; i += L) {
            VectorMask<Integer> chosen =
                    IntVector.fromArray(Width.INTS, magnitudes, i).compare(VectorOperators.GE, threshold);
            IntVector.fromArray(Width.INTS, found, listed + i).compress(chosen).intoArray(indices, FIRST + n);
            IntVector.fromArray(Width.INTS, positions, i).compress(chosen).intoArray(places, n);
            IntVector.fromArray(Width.INTS, bits, i).compress(chosen).intoArray(values, n);
            n += Long.bitCount(chosen.toLong());
        }
    }

    private void takeWithTies(int threshold, int kept) {
        int ties = kept - countFrom(magnitudes, count, threshold + 1);
        int n = 0;
        for (int i = 0; n < kept; i++) {
            if (magnitudes[i] > threshold || magnitudes[i] == threshold && ties-- > 0) {
                indices[FIRST + n] = found[listed + i];
                places[n] = positions[i];
                values[n++] = bits[i];
            }
        }
    }
}

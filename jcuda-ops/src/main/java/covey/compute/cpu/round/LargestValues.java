package covey.compute.cpu.round;

import covey.compute.cpu.Width;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.model.Limits;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The largest magnitudes of a chunk, exactly as rule H3 orders them. A bound that about a hundred of 4096 values reach
 * is guessed from their root mean square; these alone are then looked at closely, and all of them where the guess does
 * not hold. A guess never shows in the result. Used by one thread.
 */
final class LargestValues {
    static final int MAGNITUDE_MASK = 0x7FFFFFFF;

    private static final int L = Width.LANES;
    private static final int SIDE = Limits.TILE_SIDE;
    private static final int ATTEMPTS = 4;
    private static final int MOST = 512;
    private static final int MANY = 128;
    private static final int FEW = 88;
    private static final float FIRST_RATIO = 2.25f;

    private final int[] found = new int[Limits.CHUNK_LENGTH + L];
    private final int[] bits = new int[Limits.CHUNK_LENGTH + L];
    private final int[] magnitudes = new int[Limits.CHUNK_LENGTH + L];
    private int count;
    private float ratio = FIRST_RATIO;

    private final int[] indices = new int[DecodedChunk.MAX_COUNT + L];
    private final int[] values = new int[DecodedChunk.MAX_COUNT + L];

    /** Indices in the chunk, ascending. */
    int[] indices() {
        return indices;
    }

    /** The bits of the values at these. */
    int[] values() {
        return values;
    }

    /**
     * Selects among the 64 rows of 64 finite values from {@code at} on.
     *
     * @param kept how many, 1 to 64
     * @param rms about the root mean square of the values; not finite if unknown
     */
    void select(float[] x, int at, int stride, int kept, float rms) {
        if (!guess(x, at, stride, kept, rms)) {
            ratio = FIRST_RATIO;
            takeAll();
        }
        look(x, at, stride);
        choose(kept);
    }

    private boolean guess(float[] x, int at, int stride, int kept, float rms) {
        if (!(rms > 0 && rms <= Float.MAX_VALUE)) {
            return false;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            count = candidates(x, at, stride, Float.floatToRawIntBits(ratio * rms), found);
            if (count >= kept && count <= MOST) {
                ratio *= count > MANY ? 1.01f : count < FEW ? 0.99f : 1f;
                return true;
            }
            ratio *= count < kept ? 0.75f : 1.3f;
        }
        return false;
    }

    private void takeAll() {
        count = Limits.CHUNK_LENGTH;
        for (int i = 0; i < count; i++) {
            found[i] = i;
        }
    }

    /** Indices of the values whose magnitude has at least the bits of {@code bound}. */
    private static int candidates(float[] x, int at, int stride, int bound, int[] into) {
        int n = 0;
        IntVector index = IntVector.zero(Width.INTS).addIndex(1);
        for (int row = at, end = at + SIDE * stride; row < end; row += stride) {
            for (int j = row; j < row + SIDE; j += L) {
                IntVector magnitude = Width.load(x, j).reinterpretAsInts().and(MAGNITUDE_MASK);
                VectorMask<Integer> large = magnitude.compare(VectorOperators.GE, bound);
                index.compress(large).intoArray(into, n);
                n += large.trueCount();
                index = index.add(L);
            }
        }
        return n;
    }

    private void look(float[] x, int at, int stride) {
        for (int i = 0; i < count; i++) {
            int index = found[i];
            int raw = Float.floatToRawIntBits(x[at + index / SIDE * stride + index % SIDE]);
            bits[i] = raw;
            magnitudes[i] = raw & MAGNITUDE_MASK;
        }
        Arrays.fill(magnitudes, count, count + L, -1);
    }

    private void choose(int kept) {
        int threshold = threshold(kept);
        if (countFrom(threshold) == kept) {
            take(threshold);
        } else {
            takeWithTies(threshold, kept);
        }
    }

    /** A number that exactly {@code kept} magnitudes reach, or else the largest one that more do. */
    private int threshold(int kept) {
        int reached = 0;
        int beyond = max() + 1;
        while (beyond - reached > 1) {
            int middle = reached + beyond >>> 1;
            int reaching = countFrom(middle);
            if (reaching == kept) {
                return middle;
            }
            if (reaching > kept) {
                reached = middle;
            } else {
                beyond = middle;
            }
        }
        return reached;
    }

    private int max() {
        IntVector most = Width.all(0);
        for (int i = 0; i < count; i += L) {
            most = most.max(IntVector.fromArray(Width.INTS, magnitudes, i));
        }
        return most.reduceLanes(VectorOperators.MAX);
    }

    private int countFrom(int bound) {
        int n = 0;
        for (int i = 0; i < count; i += L) {
            n += IntVector.fromArray(Width.INTS, magnitudes, i)
                    .compare(VectorOperators.GE, bound)
                    .trueCount();
        }
        return n;
    }

    private void take(int threshold) {
        int n = 0;
        for (int i = 0; i < count; i += L) {
            VectorMask<Integer> chosen =
                    IntVector.fromArray(Width.INTS, magnitudes, i).compare(VectorOperators.GE, threshold);
            IntVector.fromArray(Width.INTS, found, i).compress(chosen).intoArray(indices, n);
            IntVector.fromArray(Width.INTS, bits, i).compress(chosen).intoArray(values, n);
            n += chosen.trueCount();
        }
    }

    private void takeWithTies(int threshold, int kept) {
        int ties = kept - countFrom(threshold + 1);
        int n = 0;
        for (int i = 0; n < kept; i++) {
            if (magnitudes[i] > threshold || magnitudes[i] == threshold && ties-- > 0) {
                indices[n] = found[i];
                values[n++] = bits[i];
            }
        }
    }
}

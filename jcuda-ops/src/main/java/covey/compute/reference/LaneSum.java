package covey.compute.reference;

import java.util.Arrays;

/**
 * The one order in which values of a row are summed. Each block of 4096 values goes to 16 lanes, value i to lane i mod
 * 16, each lane in order of index in single precision; then lane l takes in lane l + 8, l + 4, l + 2 and l + 1 in turn;
 * the blocks are added as doubles. A processor with vectors of 4, 8 or 16 values gets the same bits. Used by one
 * thread.
 */
public final class LaneSum {
    /** Values of a block. */
    public static final int BLOCK = 4096;

    /** Lanes of a block. */
    public static final int LANES = 16;

    private final float[] lanes = new float[LANES];

    /** Σ x. */
    double of(float[] x, int at, int count) {
        double sum = 0;
        for (int from = 0; from < count; from += BLOCK) {
            clear();
            for (int i = from; i < Math.min(count, from + BLOCK); i++) {
                lanes[i % LANES] += x[at + i];
            }
            sum += tree(lanes);
        }
        return sum;
    }

    /** Σ x · y; products are not rounded before they are added to a lane. */
    double ofProducts(float[] x, int at, float[] y, int yAt, int count) {
        double sum = 0;
        for (int from = 0; from < count; from += BLOCK) {
            clear();
            for (int i = from; i < Math.min(count, from + BLOCK); i++) {
                lanes[i % LANES] = Math.fma(x[at + i], y[yAt + i], lanes[i % LANES]);
            }
            sum += tree(lanes);
        }
        return sum;
    }

    private void clear() {
        Arrays.fill(lanes, 0f);
    }

    /** Adds up 16 lanes; they are changed. */
    public static float tree(float[] lanes) {
        for (int width = LANES / 2; width > 0; width /= 2) {
            for (int l = 0; l < width; l++) {
                lanes[l] += lanes[l + width];
            }
        }
        return lanes[0];
    }
}

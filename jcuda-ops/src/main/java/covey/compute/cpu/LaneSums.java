package covey.compute.cpu;

import covey.compute.reference.LaneSum;
import jdk.incubator.vector.FloatVector;

/**
 * The sums of {@link LaneSum}, in vectors: a vector of 8 or 4 values makes 2 or 4 passes over a block, one for each
 * part of the 16 lanes. Used by one thread.
 */
final class LaneSums {
    private static final int L = Width.LANES;

    private final float[] lanes = new float[LaneSum.LANES];

    /** Σ x. */
    double of(float[] x, int at, int count) {
        double sum = 0;
        for (int from = 0; from < count; from += LaneSum.BLOCK) {
            sum += block(x, at + from, Math.min(LaneSum.BLOCK, count - from));
        }
        return sum;
    }

    private float block(float[] x, int at, int count) {
        int whole = count - count % LaneSum.LANES;
        for (int part = 0; part < LaneSum.LANES; part += L) {
            sumPart(x, at + part, at + whole, part);
        }
        for (int i = whole; i < count; i++) {
            lanes[i - whole] += x[at + i];
        }
        return LaneSum.tree(lanes);
    }

    /** A method of its own: inlined into longer ones, C2 at times makes an object of each vector here. */
    private void sumPart(float[] x, int from, int end, int part) {
        FloatVector sum = Width.all(0f);
        for (int i = from; i < end; i += LaneSum.LANES) {
            sum = sum.add(Width.load(x, i));
        }
        sum.intoArray(lanes, part);
    }

    /** Σ x · y. */
    double ofProducts(float[] x, int at, float[] y, int yAt, int count) {
        double sum = 0;
        for (int from = 0; from < count; from += LaneSum.BLOCK) {
            sum += block(x, at + from, y, yAt + from, Math.min(LaneSum.BLOCK, count - from));
        }
        return sum;
    }

    /** Of one block: at most 4096 values. */
    float block(float[] x, int at, float[] y, int yAt, int count) {
        int whole = count - count % LaneSum.LANES;
        for (int part = 0; part < LaneSum.LANES; part += L) {
            FloatVector sum = Width.all(0f);
            for (int i = part; i < whole; i += LaneSum.LANES) {
                sum = Width.load(x, at + i).fma(Width.load(y, yAt + i), sum);
            }
            sum.intoArray(lanes, part);
        }
        for (int i = whole; i < count; i++) {
            lanes[i - whole] = Math.fma(x[at + i], y[yAt + i], lanes[i - whole]);
        }
        return LaneSum.tree(lanes);
    }
}

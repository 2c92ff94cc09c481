package covey.compute.cpu;

import covey.compute.reference.Exponential;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Exponentials of rows, with the bits of {@link Exponential}. */
final class Softmax {
    private static final int L = Width.LANES;
    private static final int BIAS = 127;
    private static final int MANTISSA_BITS = 23;

    private Softmax() {}

    static FloatVector exp(FloatVector x) {
        FloatVector capped = x.blend(Exponential.LARGEST, x.compare(VectorOperators.GT, Exponential.LARGEST));
        FloatVector bounded =
                capped.blend(Exponential.SMALLEST, capped.compare(VectorOperators.LT, Exponential.SMALLEST));
        FloatVector rounded = bounded.fma(Width.all(Exponential.LOG2_E), Width.all(Exponential.ROUNDER));
        FloatVector n = rounded.sub(Exponential.ROUNDER);
        FloatVector r = n.fma(Width.all(-Exponential.LN2_LOW), n.fma(Width.all(-Exponential.LN2_HIGH), bounded));
        FloatVector series = Width.all(Exponential.C7).fma(r, Width.all(Exponential.C6));
        series = series.fma(r, Width.all(Exponential.C5));
        series = series.fma(r, Width.all(Exponential.C4));
        series = series.fma(r, Width.all(Exponential.C3));
        series = series.fma(r, Width.all(0.5f));
        series = series.mul(r).fma(r, r).add(1f);
        IntVector exponent = rounded.reinterpretAsInts().add(BIAS - Exponential.ROUNDER_BITS);
        return series.mul(exponent.lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats());
    }

    /** Replaces values by e^(value − their maximum) and returns the sum of these. */
    static double ofRow(float[] values, int at, int count, LaneSums sums) {
        return ofRow(values, at, count, max(values, at, count), sums);
    }

    static double ofRow(float[] values, int at, int count, float max, LaneSums sums) {
        int i = 0;
        for (; i <= count - L; i += L) {
            exp(Width.load(values, at + i).sub(max)).intoArray(values, at + i);
        }
        for (; i < count; i++) {
            values[at + i] = Exponential.of(values[at + i] - max);
        }
        return sums.of(values, at, count);
    }

    /** The largest of values; those that are not numbers are passed over. */
    static float max(float[] values, int at, int count) {
        FloatVector best = Width.all(Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i <= count - L; i += L) {
            FloatVector x = Width.load(values, at + i);
            best = best.blend(x, x.compare(VectorOperators.GT, best));
        }
        float max = best.reduceLanes(VectorOperators.MAX);
        for (; i < count; i++) {
            max = values[at + i] > max ? values[at + i] : max;
        }
        return max;
    }
}

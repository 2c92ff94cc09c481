package covey.compute.check;

import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Random sizes and values, the same for all backends that start with the same seed. */
final class Inputs<B> {
    private final Ops<B> ops;
    private final SplittableRandom random;

    Inputs(Ops<B> ops, long seed) {
        this.ops = ops;
        random = new SplittableRandom(seed);
    }

    Ops<B> ops() {
        return ops;
    }

    /** 1 to {@code most}. */
    int size(int most) {
        return 1 + random.nextInt(most);
    }

    int[] tokens(int count, int vocabulary) {
        return random.ints(count, 0, vocabulary).toArray();
    }

    /** Normal values. */
    Matrix<B> normal(int rows, int columns) {
        return matrix(normal(rows * columns), rows, columns);
    }

    float[] normal(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Squares of normal values. */
    Matrix<B> positive(int rows, int columns) {
        float[] values = normal(rows * columns);
        for (int i = 0; i < values.length; i++) {
            values[i] *= values[i];
        }
        return matrix(values, rows, columns);
    }

    /** Values that are not numbers: what a kernel has to set. */
    Matrix<B> poison(int rows, int columns) {
        float[] values = new float[rows * columns];
        Arrays.fill(values, Float.NaN);
        return matrix(values, rows, columns);
    }

    private Matrix<B> matrix(float[] values, int rows, int columns) {
        B data = ops.allocate(values.length);
        ops.write(values, data);
        return new Matrix<>(data, 0, rows, columns);
    }

    /** The values of all, one after the other. */
    @SafeVarargs
    final float[] values(Matrix<B>... all) {
        float[] joined = {};
        for (Matrix<B> m : all) {
            float[] values = ops.values(m);
            int at = joined.length;
            joined = Arrays.copyOf(joined, at + values.length);
            System.arraycopy(values, 0, joined, at, values.length);
        }
        return joined;
    }
}

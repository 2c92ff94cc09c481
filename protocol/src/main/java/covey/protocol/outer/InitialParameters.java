package covey.protocol.outer;

import covey.protocol.model.ModelShape;
import covey.protocol.model.ModelShape.Tensor;

/**
 * θ_0 (rule H8): vectors are 1, a matrix value is the sum of eight signed 16-bit draws times a constant, rounded once
 * to float, so its standard deviation is 0.02. A value depends on the seed and its position in θ only.
 */
public final class InitialParameters {
    /** 0.02 / sqrt(8 · (65536² − 1) / 12). */
    private static final double FACTOR = 3.7376247300237064E-07;

    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private static final int DRAWS_PER_WORD = 4;

    private InitialParameters() {}

    /** Fills θ in canonical order. */
    public static void fill(ModelShape shape, long seed, float[] theta) {
        if (theta.length != shape.parameterCount()) {
            throw new IllegalArgumentException(
                    "parameters: " + theta.length + " (expected: " + shape.parameterCount() + ")");
        }
        long key = mix(seed);
        int at = 0;
        for (Tensor tensor : shape.tensors()) {
            int end = Math.toIntExact(at + tensor.length());
            for (; at < end; at++) {
                theta[at] = tensor.isMatrix() ? draw(key, at) : 1f;
            }
        }
    }

    private static float draw(long key, long position) {
        int sum = 0;
        for (long word = 2 * position; word < 2 * position + 2; word++) {
            long bits = mix(key + (word + 1) * GAMMA);
            for (int i = 0; i < DRAWS_PER_WORD; i++) {
                sum += (short) (bits >>> (16 * i));
            }
        }
        return (float) (sum * FACTOR);
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}

package covey.compute.reference;

import static org.assertj.core.api.Assertions.assertThat;

import covey.compute.cpu.CpuBackend;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.ShimDevice;
import covey.compute.ops.AdamStep;
import covey.compute.ops.Attention;
import covey.compute.ops.DoubleOps;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kernel against the formula in double, and with three threads, in vectors and in CUDA against one thread, bit
 * for bit.
 */
class ReferenceOpsTest {
    static LongStream seeds() {
        return Seed.range(12);
    }

    /** Gives a backend random matrices, the same to each backend, and keeps them to be compared. */
    private static final class Given<B> {
        private final Ops<B> ops;
        private final Seed seed;
        private final List<Matrix<B>> made = new ArrayList<>();
        final List<Double> scalars = new ArrayList<>();

        Given(Ops<B> ops, long number) {
            this.ops = ops;
            seed = Seed.of(number);
        }

        int size(int least, int most) {
            return least + seed.nextInt(most - least + 1);
        }

        int[] tokens(int count, int bound) {
            return seed.ints(count, 0, bound).toArray();
        }

        /** Stands in the middle of its buffer. */
        Matrix<B> matrix(int rows, int columns) {
            int offset = seed.nextInt(5);
            float[] values = new float[offset + rows * columns + 3];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) seed.nextGaussian();
            }
            B data = ops.allocate(values.length);
            ops.write(values, data);
            Matrix<B> matrix = new Matrix<>(data, offset, rows, columns);
            made.add(matrix);
            return matrix;
        }

        List<float[]> values() {
            List<float[]> all = new ArrayList<>();
            for (Matrix<B> matrix : made) {
                float[] values = new float[(int) (matrix.offset() + matrix.length() + 3)];
                ops.read(matrix.data(), values);
                all.add(values);
            }
            return all;
        }
    }

    private interface Use {
        <B> void of(Ops<B> ops, Given<B> given);
    }

    private static void check(long number, Use use) {
        Given<double[]> exact = new Given<>(new DoubleOps(), number);
        use.of(exact.ops, exact);
        try (ReferenceOps one = new ReferenceOps(1)) {
            Given<float[]> single = new Given<>(one, number);
            use.of(one, single);
            for (int i = 0; i < exact.made.size(); i++) {
                assertThat(error(single.values().get(i), exact.values().get(i)))
                        .as(single.seed + ", matrix " + i)
                        .isLessThan(2e-6);
            }
            for (int i = 0; i < exact.scalars.size(); i++) {
                assertThat(Math.abs(single.scalars.get(i) / exact.scalars.get(i) - 1))
                        .as(single.seed.toString())
                        .isLessThan(1e-5);
            }
            checkSame(new ReferenceOps(3), number, use, single);
            checkSame(CpuBackend.VECTOR.open(1).ops(), number, use, single);
            checkSame(CpuBackend.VECTOR.open(3).ops(), number, use, single);
            ShimDevice.open().ifPresent(device -> checkSame(new CudaOps(device), number, use, single));
        }
    }

    private static <B> void checkSame(Ops<B> other, long number, Use use, Given<float[]> expected) {
        try (other) {
            Given<B> given = new Given<>(other, number);
            use.of(other, given);
            for (int i = 0; i < expected.made.size(); i++) {
                assertThat(given.values().get(i))
                        .as(expected.seed + ", matrix " + i)
                        .isEqualTo(expected.values().get(i));
            }
            assertThat(given.scalars).isEqualTo(expected.scalars);
        }
    }

    private static double error(float[] actual, float[] expected) {
        double wrong = 0;
        double whole = 0;
        for (int i = 0; i < expected.length; i++) {
            wrong += Math.pow(actual[i] - expected[i], 2);
            whole += Math.pow(expected[i], 2);
        }
        return Math.sqrt(wrong / whole);
    }

    /** Sizes on both sides of a panel's depth and width, and odd ones. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldMultiply(long number) {
        check(number, new Use() {
            @Override
            public <B> void of(Ops<B> ops, Given<B> given) {
                int rows = given.size(1, 70);
                int in = given.size(1, 600);
                int out = given.size(1, 530);
                Matrix<B> x = given.matrix(rows, in);
                Matrix<B> w = given.matrix(out, in);
                Matrix<B> y = given.matrix(rows, out);
                ops.linear(x, w, y);
                ops.linearInputGradient(y, w, given.matrix(rows, in), false);
                ops.linearInputGradient(y, w, given.matrix(rows, in), true);
                ops.linearParameterGradient(y, x, given.matrix(out, in));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAttend(long number) {
        check(number, new Use() {
            @Override
            public <B> void of(Ops<B> ops, Given<B> given) {
                int kvHeads = given.size(1, 3);
                int heads = kvHeads * given.size(1, 3);
                Attention.Shape shape =
                        new Attention.Shape(given.size(1, longest(number)), heads, kvHeads, 2 * given.size(1, 9));
                int sequences = given.size(1, 3);
                Attention<B> tensors = attention(given, shape, sequences);
                ops.attention(tensors);
                Attention<B> gradient = attention(given, shape, sequences);
                ops.attentionGradient(tensors, gradient);
                given.made.remove(gradient.probabilities());
            }
        });
    }

    /** Blocks of rows are 64 and those of sums 512 long. */
    private static int longest(long number) {
        return number % 6 == 5 ? 700 : number % 2 == 0 ? 150 : 19;
    }

    private static <B> Attention<B> attention(Given<B> given, Attention.Shape shape, int sequences) {
        int tokens = sequences * shape.sequence();
        return new Attention<>(
                shape,
                given.matrix(tokens, shape.heads() * shape.headSize()),
                given.matrix(tokens, shape.kvHeads() * shape.headSize()),
                given.matrix(tokens, shape.kvHeads() * shape.headSize()),
                given.matrix(tokens * shape.heads(), shape.sequence()),
                given.matrix(tokens, shape.heads() * shape.headSize()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNormalizeRotateAndActivate(long number) {
        check(number, new Use() {
            @Override
            public <B> void of(Ops<B> ops, Given<B> given) {
                int rows = given.size(1, 40);
                int size = 2 * given.size(1, 20);
                int columns = size * given.size(1, 4);
                Matrix<B> x = given.matrix(rows, columns);
                Matrix<B> y = given.matrix(rows, columns);
                Matrix<B> gain = given.matrix(columns, 1);
                Matrix<B> inverse = given.matrix(rows, 1);
                ops.rmsNorm(x, gain, 1e-5f, y, inverse);
                Matrix<B> dx = given.matrix(rows, columns);
                ops.rmsNormGradient(x, gain, inverse, y, dx, given.matrix(columns, 1));
                int sequence = given.size(1, 9);
                ops.rotate(y, given.matrix(sequence, size), sequence, (number & 1) == 0);
                ops.swiGlu(x, y, given.matrix(rows, columns));
                Matrix<B> dGate = given.matrix(rows, columns);
                ops.swiGluGradient(x, y, dx, dGate, given.matrix(rows, columns));
                ops.add(dGate, x);
                given.scalars.add(ops.squaredNorm(x));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEmbedMeasureAndStep(long number) {
        check(number, new Use() {
            @Override
            public <B> void of(Ops<B> ops, Given<B> given) {
                int vocabulary = given.size(2, 90);
                int width = given.size(1, 50);
                int rows = given.size(1, 60);
                Matrix<B> table = given.matrix(vocabulary, width);
                Matrix<B> gradient = given.matrix(vocabulary, width);
                Matrix<B> out = given.matrix(rows, width);
                int[] tokens = given.tokens(rows, vocabulary);
                ops.embed(tokens, table, out);
                ops.embedGradient(tokens, out, gradient);
                double[] losses = new double[rows];
                ops.crossEntropy(given.matrix(rows, vocabulary), tokens, 0.25f, losses);
                for (double loss : losses) {
                    given.scalars.add(loss);
                }
                Matrix<B> second = given.matrix(vocabulary, width);
                square(ops, second);
                AdamStep step = new AdamStep(1e-2f, 0.999f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.05f, 0.5f);
                ops.adamW(step, table, gradient, given.matrix(vocabulary, width), second);
            }
        });
    }

    /** A second moment is never negative. */
    private static <B> void square(Ops<B> ops, Matrix<B> matrix) {
        float[] values = new float[(int) (matrix.offset() + matrix.length() + 3)];
        ops.read(matrix.data(), values);
        for (int i = 0; i < values.length; i++) {
            values[i] *= values[i];
        }
        ops.write(values, matrix.data());
    }

    @Test
    void shouldComputeExponentialsToTheLastBits() {
        for (float x = -86.9f; x < 88; x += 0.01117f) {
            assertThat(Math.abs(Exponential.of(x) / Math.exp(x) - 1))
                    .as("x = " + x)
                    .isLessThan(0x1p-22);
        }
        assertThat(Exponential.of(0f)).isEqualTo(1f);
        assertThat(Exponential.of(Float.NEGATIVE_INFINITY)).isBetween(0f, 1e-37f);
        assertThat(Exponential.of(Float.POSITIVE_INFINITY)).isBetween(1e38f, Float.MAX_VALUE);
        assertThat(Exponential.of(Float.NaN)).isNaN();
    }

    /** Computed once; other bits would break the comparison of validators (rule J2). */
    @Test
    void shouldKeepItsBits() {
        Given<float[]> given = new Given<>(new ReferenceOps(1), 5);
        Matrix<float[]> x = given.matrix(9, 300);
        Matrix<float[]> y = given.matrix(9, 40);
        given.ops.linear(x, given.matrix(40, 300), y);
        given.ops.crossEntropy(y, given.tokens(9, 40), 1f, new double[9]);
        assertThat(Arrays.hashCode(given.values().get(1))).isEqualTo(1952440373);
    }
}

package covey.compute.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.cpu.CpuBackend;
import covey.compute.ops.DoubleOps;
import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.ModelShape;
import covey.protocol.testing.Seed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
    private static final int BATCH = 2;
    private static final int SEQUENCE = 7;

    /** Two query heads to a key head, so that gradients of keys and values sum over a group. */
    private static ModelShape shape(boolean tied) {
        return new ModelShape(64, 128, 2, 4, 2, 64, SEQUENCE, tied);
    }

    /** Larger than a fresh model's, so that no gradient is lost in rounding. */
    private static float[] parameters(ModelShape shape, Seed seed) {
        float[] theta = new float[(int) shape.parameterCount()];
        for (int i = 0; i < theta.length; i++) {
            theta[i] = (float) (seed.nextGaussian() * 0.15);
        }
        TensorViews<float[]> views = TensorViews.of(shape, theta);
        views.all().stream().filter(m -> m.columns() == 1).forEach(gain -> {
            for (int i = 0; i < gain.rows(); i++) {
                theta[(int) gain.offset() + i] += 1;
            }
        });
        return theta;
    }

    private static int[] tokens(Seed seed) {
        return seed.ints(BATCH * SEQUENCE, 0, 64).toArray();
    }

    /** A decoder with its parameters, a gradient, and one batch. */
    private record Bench<B>(
            Decoder<B> decoder, B theta, TensorViews<B> views, TensorViews<B> gradient, int[] inputs, int[] targets) {
        static <B> Bench<B> of(Ops<B> ops, ModelShape shape, long number) {
            Seed seed = Seed.of(number);
            B theta = ops.allocate(shape.parameterCount());
            ops.write(parameters(shape, seed), theta);
            TensorViews<B> gradient = TensorViews.of(shape, ops.allocate(shape.parameterCount()));
            return new Bench<>(
                    new Decoder<>(ops, shape, BATCH, SEQUENCE),
                    theta,
                    TensorViews.of(shape, theta),
                    gradient,
                    tokens(seed),
                    tokens(seed));
        }

        double lossAndGradient() {
            return decoder.lossAndGradient(views, gradient, inputs, targets);
        }

        double loss() {
            double sum = 0;
            for (double loss : decoder.losses(views, inputs, targets)) {
                sum += loss;
            }
            return sum / inputs.length;
        }
    }

    /** Along 12 single values and 2 random directions of each tensor: (L(θ + h) − L(θ − h)) / 2h. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldHaveTheGradientThatFiniteDifferencesShow(boolean tied) {
        ModelShape shape = shape(tied);
        Bench<double[]> bench = Bench.of(new DoubleOps(), shape, 1);
        bench.lossAndGradient();
        List<ModelShape.Tensor> tensors = shape.tensors();
        for (int t = 0; t < tensors.size(); t++) {
            assertThat(differenceError(bench, t, Seed.of(t)))
                    .as(tensors.get(t).name())
                    .isLessThan(1e-7);
        }
    }

    private static double differenceError(Bench<double[]> bench, int tensor, Seed seed) {
        Matrix<double[]> gradient = bench.gradient().all().get(tensor);
        int length = (int) gradient.length();
        double wrong = 0;
        double whole = 0;
        for (int probe = 0; probe < 14; probe++) {
            double[] direction = new double[length];
            if (probe < 12) {
                direction[seed.nextInt(length)] = 1;
            } else {
                Arrays.setAll(direction, i -> seed.nextGaussian());
            }
            double expected = 0;
            for (int i = 0; i < length; i++) {
                expected += direction[i] * gradient.data()[(int) gradient.offset() + i];
            }
            double measured = slope(bench, (int) gradient.offset(), direction, probe < 12 ? 2e-5 : 1e-6);
            wrong += Math.pow(measured - expected, 2);
            whole += Math.pow(expected, 2);
        }
        return Math.sqrt(wrong / whole);
    }

    private static double slope(Bench<double[]> bench, int offset, double[] direction, double h) {
        double[] before = bench.theta().clone();
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < direction.length; i++) {
                bench.theta()[offset + i] = before[offset + i] + (side == 0 ? -h : h) * direction[i];
            }
            losses[side] = bench.loss();
        }
        System.arraycopy(before, 0, bench.theta(), 0, before.length);
        return (losses[1] - losses[0]) / (2 * h);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldComputeTheSameInSingleAsInDoublePrecision(boolean tied) {
        ModelShape shape = shape(tied);
        Bench<double[]> exact = Bench.of(new DoubleOps(), shape, 2);
        try (ReferenceOps ops = new ReferenceOps(1)) {
            Bench<float[]> single = Bench.of(ops, shape, 2);
            assertThat(Math.abs(single.lossAndGradient() / exact.lossAndGradient() - 1))
                    .isLessThan(1e-6);
            for (int t = 0; t < shape.tensors().size(); t++) {
                assertThat(relativeError(
                                single.gradient().all().get(t),
                                exact.gradient().all().get(t)))
                        .as(shape.tensors().get(t).name())
                        .isLessThan(1e-5);
            }
        }
    }

    private static double relativeError(Matrix<float[]> single, Matrix<double[]> exact) {
        double wrong = 0;
        double whole = 0;
        for (int i = (int) exact.offset(); i < exact.offset() + exact.length(); i++) {
            wrong += Math.pow(single.data()[i] - exact.data()[i], 2);
            whole += Math.pow(exact.data()[i], 2);
        }
        return Math.sqrt(wrong / whole);
    }

    @Test
    void shouldNotLookAhead() {
        ModelShape shape = shape(true);
        try (ReferenceOps ops = new ReferenceOps(1)) {
            Bench<float[]> bench = Bench.of(ops, shape, 3);
            double[] before = bench.decoder()
                    .losses(bench.views(), bench.inputs(), bench.targets())
                    .clone();
            bench.inputs()[4] ^= 1;
            double[] after = bench.decoder().losses(bench.views(), bench.inputs(), bench.targets());
            for (int i = 0; i < before.length; i++) {
                boolean mayDiffer = i >= 4 && i < SEQUENCE;
                assertThat(after[i] != before[i]).as("token " + i).isEqualTo(mayDiffer);
            }
        }
    }

    /** Longer than the depth at which sums of products are cut. */
    @Test
    void shouldContinueTokenByTokenWithTheBitsOfTheWhole() {
        int sequence = 530;
        ModelShape shape = new ModelShape(64, 128, 2, 4, 2, 64, sequence, true);
        int[] tokens = Seed.of(5).ints(sequence, 0, 64).toArray();
        for (Ops<float[]> ops :
                List.of(new ReferenceOps(1), CpuBackend.VECTOR.open(2).ops())) {
            try (ops) {
                float[] theta = parameters(shape, Seed.of(6));
                TensorViews<float[]> views = TensorViews.of(shape, theta);
                Matrix<float[]> whole = new Decoder<>(ops, shape, 1, sequence).logits(views, tokens);
                Decoder<float[]> decoder = new Decoder<>(ops, shape, 1, sequence);
                decoder.logits(views, Arrays.copyOf(Arrays.copyOf(tokens, 3), sequence));
                for (int at = 3; at < sequence; at++) {
                    assertThat(values(decoder.nextLogits(views, tokens[at], at)))
                            .as("token " + at)
                            .isEqualTo(values(whole.row(at)));
                }
            }
        }
    }

    private static float[] values(Matrix<float[]> m) {
        return Arrays.copyOfRange(m.data(), (int) m.offset(), (int) (m.offset() + m.length()));
    }

    @Test
    void shouldRefuseTokensOutsideTheVocabulary() {
        try (ReferenceOps ops = new ReferenceOps(1)) {
            Bench<float[]> bench = Bench.of(ops, shape(true), 4);
            bench.inputs()[3] = 64;
            assertThatThrownBy(bench::loss)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token: 64 (expected: 0 to 63, the vocabulary)");
        }
    }
}

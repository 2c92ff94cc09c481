package covey.compute.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.compute.ops.DoubleOps;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 8, true);
    private static final int COUNT = (int) SHAPE.parameterCount();

    private final double[] theta = new double[COUNT];
    private final double[] gradient = new double[COUNT];
    private final TensorViews<double[]> thetaViews = TensorViews.of(SHAPE, theta);
    private final TensorViews<double[]> gradientViews = TensorViews.of(SHAPE, gradient);

    private static AdamW<double[]> optimizer(double clip) {
        return new AdamW<>(
                new DoubleOps(),
                SHAPE,
                new Genesis.Training(4, 2, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, clip, 1, 0.95f, 1 << 16));
    }

    /** Position of a vector's first value: the norm after the embedding. */
    private static int vector() {
        return 64 * 64;
    }

    @Test
    void shouldFollowTheFormulaOverThreeSteps() {
        AdamW<double[]> adam = optimizer(1e9);
        theta[3] = 0.5;
        double p = 0.5;
        double m = 0;
        double v = 0;
        for (int t = 1; t <= 3; t++) {
            double g = t == 2 ? -0.3 : 0.1 * t;
            gradient[3] = g;
            assertThat(adam.step(thetaViews, gradientViews, 1e-2)).isTrue();
            m = 0.9 * m + 0.1 * g;
            v = 0.95 * v + 0.05 * g * g;
            double move = m / (1 - Math.pow(0.9, t)) / (Math.sqrt(v / (1 - Math.pow(0.95, t))) + 1e-8);
            p = p * (1 - 1e-2 * 0.1) - 1e-2 * move;
            assertThat(theta[3]).isCloseTo(p, within(1e-7));
        }
        assertThat(adam.steps()).isEqualTo(3);
    }

    @Test
    void shouldDecayMatricesAndNotVectors() {
        theta[0] = 1;
        theta[vector()] = 1;
        optimizer(1).step(thetaViews, gradientViews, 1e-2);
        assertThat(theta[0]).isCloseTo(0.999, within(1e-7));
        assertThat(theta[vector()]).isEqualTo(1);
    }

    @Test
    void shouldClipByTheNormOfAllTensors() {
        AdamW<double[]> adam = optimizer(1);
        gradient[0] = 3;
        gradient[vector()] = 4;
        adam.step(thetaViews, gradientViews, 1e-2);
        assertThat(adam.first()[0]).isCloseTo(0.1 * 3 / 5, within(1e-7));
        assertThat(adam.first()[vector()]).isCloseTo(0.1 * 4 / 5, within(1e-7));

        AdamW<double[]> loose = optimizer(10);
        loose.step(thetaViews, gradientViews, 1e-2);
        assertThat(loose.first()[0]).isCloseTo(0.1 * 3, within(1e-7));
    }

    @Test
    void shouldLeaveEverythingWhenAGradientIsNotFinite() {
        AdamW<double[]> adam = optimizer(1);
        gradient[5] = 1;
        adam.step(thetaViews, gradientViews, 1e-2);
        double[] theta = this.theta.clone();
        double[] first = adam.first().clone();
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            gradient[7] = bad;
            assertThat(adam.step(thetaViews, gradientViews, 1e-2)).isFalse();
        }
        assertThat(this.theta).isEqualTo(theta);
        assertThat(adam.first()).isEqualTo(first);
        assertThat(adam.steps()).isEqualTo(1);
    }
}

package covey.compute.cpu;

import covey.compute.ops.AdamStep;
import covey.compute.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/** One AdamW step of one tensor; its fields are the arguments. */
final class Optimizer {
    private static final int L = Width.LANES;
    private static final Matrix<float[]> NONE = new Matrix<>(new float[0], 0, 0, 0);

    AdamStep step = new AdamStep(0, 0, 0, 0, 0, 1, 1, 0);
    Matrix<float[]> parameters = NONE;
    Matrix<float[]> gradient = NONE;
    Matrix<float[]> first = NONE;
    Matrix<float[]> second = NONE;

    /** Values {@code from} to {@code to - 1}. */
    void run(int from, int to) {
        float rate = step.learningRate() / step.correction1();
        float keep1 = 1 - step.beta1();
        float keep2 = 1 - step.beta2();
        int p = (int) parameters.offset();
        int g = (int) gradient.offset();
        int m = (int) first.offset();
        int v = (int) second.offset();
        int i = from;
        for (; i <= to - L; i += L) {
            FloatVector scaled = Width.load(gradient.data(), g + i).mul(step.gradientScale());
            FloatVector mean = Width.load(first.data(), m + i).mul(step.beta1()).add(scaled.mul(keep1));
            FloatVector square = Width.load(second.data(), v + i)
                    .mul(step.beta2())
                    .add(scaled.mul(keep2).mul(scaled));
            mean.intoArray(first.data(), m + i);
            square.intoArray(second.data(), v + i);
            FloatVector root = square.div(step.correction2()).sqrt().add(step.epsilon());
            FloatVector moved = Width.load(parameters.data(), p + i).mul(step.decay());
            moved.sub(mean.mul(rate).div(root)).intoArray(parameters.data(), p + i);
        }
        for (; i < to; i++) {
            one(i, rate, keep1, keep2);
        }
    }

    private void one(int i, float rate, float keep1, float keep2) {
        int p = (int) parameters.offset() + i;
        int m = (int) first.offset() + i;
        int v = (int) second.offset() + i;
        float scaled = gradient.data()[(int) gradient.offset() + i] * step.gradientScale();
        first.data()[m] = step.beta1() * first.data()[m] + keep1 * scaled;
        second.data()[v] = step.beta2() * second.data()[v] + keep2 * scaled * scaled;
        float root = (float) Math.sqrt(second.data()[v] / step.correction2()) + step.epsilon();
        parameters.data()[p] = step.decay() * parameters.data()[p] - rate * first.data()[m] / root;
    }
}

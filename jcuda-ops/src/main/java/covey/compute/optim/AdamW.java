package covey.compute.optim;

import covey.compute.ops.AdamStep;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;

/**
 * AdamW with bias correction over all tensors of a model. Gradients are first clipped by their global norm; vectors
 * have no weight decay (rule H1). The moments and their step count last from round to round and belong to one node
 * (rules H9, 4.4).
 */
public final class AdamW<B> {
    private final Ops<B> ops;
    private final Genesis.Training training;
    private final B first;
    private final B second;
    private final TensorViews<B> firstViews;
    private final TensorViews<B> secondViews;
    private long steps;

    public AdamW(Ops<B> ops, ModelShape shape, Genesis.Training training) {
        this.ops = ops;
        this.training = training;
        first = ops.allocate(shape.parameterCount());
        second = ops.allocate(shape.parameterCount());
        firstViews = TensorViews.of(shape, first);
        secondViews = TensorViews.of(shape, second);
    }

    /** First moments in canonical order. */
    public B first() {
        return first;
    }

    /** Second moments in canonical order. */
    public B second() {
        return second;
    }

    /** Steps made with these moments: t of the bias correction. */
    public long steps() {
        return steps;
    }

    /** Continues from {@code steps}; the moments are the caller's to set. */
    public void resume(long stepsMade) {
        steps = stepsMade;
    }

    /** Zero moments, as a newcomer starts. */
    public void reset() {
        ops.clear(first);
        ops.clear(second);
        steps = 0;
    }

    /**
     * One step. A gradient that is not finite changes nothing.
     *
     * @return whether the step was made
     */
    public boolean step(TensorViews<B> theta, TensorViews<B> gradient, double learningRate) {
        double norm = globalNorm(gradient);
        if (!Double.isFinite(norm)) {
            return false;
        }
        steps++;
        double clip = Math.min(1, training.gradientClip() / Math.max(norm, Double.MIN_NORMAL));
        AdamStep step = step(learningRate, (float) clip);
        AdamStep withoutDecay = step.withoutDecay();
        for (int i = 0; i < theta.all().size(); i++) {
            Matrix<B> parameters = theta.all().get(i);
            ops.adamW(
                    parameters.columns() > 1 ? step : withoutDecay,
                    parameters,
                    gradient.all().get(i),
                    firstViews.all().get(i),
                    secondViews.all().get(i));
        }
        return true;
    }

    private double globalNorm(TensorViews<B> gradient) {
        double sum = 0;
        for (Matrix<B> tensor : gradient.all()) {
            sum += ops.squaredNorm(tensor);
        }
        return Math.sqrt(sum);
    }

    private AdamStep step(double learningRate, float clip) {
        return new AdamStep(
                (float) learningRate,
                (float) (1 - learningRate * training.weightDecay()),
                (float) training.adamBeta1(),
                (float) training.adamBeta2(),
                (float) training.adamEpsilon(),
                (float) (1 - StrictMath.pow(training.adamBeta1(), steps)),
                (float) (1 - StrictMath.pow(training.adamBeta2(), steps)),
                clip);
    }
}

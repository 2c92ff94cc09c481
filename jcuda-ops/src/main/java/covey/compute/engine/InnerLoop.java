package covey.compute.engine;

import covey.compute.model.Decoder;
import covey.compute.ops.Ops;
import covey.compute.optim.AdamW;
import covey.compute.optim.LearningRate;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import java.util.function.BooleanSupplier;

/** Inner steps on one backend: its copy of θ, gradients, moments and activations. Used by one thread. */
final class InnerLoop<B> {
    private final Ops<B> ops;
    private final Genesis.Training training;
    private final LearningRate learningRate;
    private final B theta;
    private final B gradient;
    private final TensorViews<B> thetaViews;
    private final TensorViews<B> gradientViews;
    private final AdamW<B> optimizer;
    private final Decoder<B> decoder;
    private final WindowBatch batch;

    InnerLoop(Ops<B> ops, ModelShape shape, Genesis.Training training, TokenSource source) {
        this.ops = ops;
        this.training = training;
        learningRate = LearningRate.of(training);
        theta = ops.allocate(shape.parameterCount());
        gradient = ops.allocate(shape.parameterCount());
        thetaViews = TensorViews.of(shape, theta);
        gradientViews = TensorViews.of(shape, gradient);
        optimizer = new AdamW<>(ops, shape, training);
        decoder = new Decoder<>(ops, shape, training.batch(), shape.sequence());
        batch = new WindowBatch(source, training.batch(), shape.sequence());
    }

    AdamW<B> optimizer() {
        return optimizer;
    }

    /** @param finite false if a loss or gradient was not; that inner step was not made, and none after it */
    record Outcome(Engine.TrainReport report, boolean finite) {}

    /** One round's inner steps from {@code start}. */
    record Round<B>(B start, long[] windows, long appliedRounds, BooleanSupplier stop) {}

    Outcome run(Round<B> round, Engine.StepListener listener) {
        ops.copy(round.start(), theta);
        int steps = 0;
        double sum = 0;
        double last = Double.NaN;
        boolean finite = true;
        int wanted = round.windows().length / training.batch();
        while (finite && steps < wanted && !round.stop().getAsBoolean()) {
            double rate = learningRate.at(round.appliedRounds() * training.innerSteps() + steps);
            last = step(round.windows(), steps, rate);
            finite = Double.isFinite(last);
            if (finite) {
                steps++;
                sum += last;
                listener.stepped(steps, last, rate);
            }
        }
        double mean = steps == 0 ? Double.NaN : sum / steps;
        return new Outcome(new Engine.TrainReport(steps, mean, last, (long) steps * decoder.tokens()), finite);
    }

    /** The loss before the update; NaN if the update was not made. */
    private double step(long[] windows, int step, double rate) {
        batch.fill(windows, step * training.batch());
        ops.clear(gradient);
        double loss = decoder.lossAndGradient(thetaViews, gradientViews, batch.inputs(), batch.targets());
        boolean made = Double.isFinite(loss) && optimizer.step(thetaViews, gradientViews, rate);
        return made ? loss : Double.NaN;
    }

    /** Sets Δ = start − the trained parameters. */
    void difference(B start, B delta) {
        ops.copy(theta, delta);
        ops.difference(start, delta);
    }

    /** Copies the trained parameters out. */
    void read(float[] into) {
        ops.read(theta, into);
    }

    /** Takes all memory that training needs. */
    void reserve() {
        decoder.reserve();
    }
}

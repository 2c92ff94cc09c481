package covey.compute.engine;

import covey.compute.model.Decoder;
import covey.compute.tensor.TensorViews;
import covey.protocol.contribution.Layout;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.TrialStep;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.Optional;

/** Losses at a remembered θ and after steps from it (rule J1). Takes memory once it is used. One thread. */
final class Trials {
    private final ModelShape shape;
    private final Layout layout;
    private final Decoder<float[]> decoder;
    private final WindowBatch batch;
    private float[] marked = new float[0];
    private float[] moved = new float[0];
    /** What {@link #moved} is: the trial whose step was made last. */
    private Optional<Engine.Trial> made = Optional.empty();

    Trials(ModelShape shape, Layout layout, Decoder<float[]> decoder, WindowBatch batch) {
        this.shape = shape;
        this.layout = layout;
        this.decoder = decoder;
        this.batch = batch;
    }

    void mark(float[] theta) {
        if (marked.length == 0) {
            marked = new float[theta.length];
            moved = new float[theta.length];
        }
        System.arraycopy(theta, 0, marked, 0, theta.length);
        made = Optional.empty();
    }

    double[] losses(long[] windows, Optional<Engine.Trial> trial) {
        if (marked.length == 0) {
            throw new IllegalStateException("mark comes before trialLosses");
        }
        trial.filter(t -> !made.equals(trial)).ifPresent(this::make);
        TensorViews<float[]> views = TensorViews.of(shape, trial.isPresent() ? moved : marked);
        double[] losses = new double[windows.length];
        for (int i = 0; i < windows.length; i++) {
            batch.fill(windows, i);
            double sum = Arrays.stream(decoder.losses(views, batch.inputs(), batch.targets()))
                    .sequential()
                    .reduce(0, Double::sum);
            losses[i] = sum / shape.sequence();
        }
        return losses;
    }

    private void make(Engine.Trial trial) {
        System.arraycopy(marked, 0, moved, 0, marked.length);
        TrialStep.apply(layout, trial, moved);
        made = Optional.of(trial);
    }
}

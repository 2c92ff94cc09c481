package covey.compute.engine;

import covey.compute.model.Decoder;
import covey.compute.ops.Ops;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Losses at a remembered θ and after steps from it (rule J1). Takes memory once it is used. One thread. */
final class Trials<B> {
    private final Ops<B> ops;
    private final RoundEnd<B> roundEnd;
    private final ModelShape shape;
    private final Decoder<B> decoder;
    private final WindowBatch batch;
    private @Nullable Pair<B> pair;
    /** What the moved θ is: the trial whose step was made last. */
    private Optional<Engine.Trial> made = Optional.empty();

    private record Pair<B>(B marked, B moved) {}

    Trials(Ops<B> ops, RoundEnd<B> roundEnd, ModelShape shape, Decoder<B> decoder, WindowBatch batch) {
        this.ops = ops;
        this.roundEnd = roundEnd;
        this.shape = shape;
        this.decoder = decoder;
        this.batch = batch;
    }

    void mark(B theta) {
        Pair<B> both = pair;
        if (both == null) {
            both = new Pair<>(ops.allocate(shape.parameterCount()), ops.allocate(shape.parameterCount()));
            pair = both;
        }
        ops.copy(theta, both.marked());
        made = Optional.empty();
    }

    double[] losses(long[] windows, Optional<Engine.Trial> trial) {
        Pair<B> both = pair;
        if (both == null) {
            throw new IllegalStateException("mark comes before trialLosses");
        }
        trial.filter(t -> !made.equals(trial)).ifPresent(t -> make(t, both));
        TensorViews<B> views = TensorViews.of(shape, trial.isPresent() ? both.moved() : both.marked());
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

    private void make(Engine.Trial trial, Pair<B> both) {
        ops.copy(both.marked(), both.moved());
        roundEnd.tryStep(trial, both.moved());
        made = Optional.of(trial);
    }
}

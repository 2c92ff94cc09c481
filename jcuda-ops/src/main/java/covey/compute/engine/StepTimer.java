package covey.compute.engine;

import covey.compute.ops.Ops;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Times whole inner steps of a model on random tokens. Used by one thread. */
public final class StepTimer<B> implements AutoCloseable {
    private final Ops<B> ops;
    private final ModelShape shape;
    private final int batch;
    private final InnerLoop<B> inner;
    private final B theta;

    /** @param ops closed with this */
    public StepTimer(Ops<B> ops, ModelShape shape, Genesis.Training training) {
        this(ops, shape, training, new RandomTokens(shape));
    }

    /** The same on tokens of {@code source}. */
    public StepTimer(Ops<B> ops, ModelShape shape, Genesis.Training training, TokenSource source) {
        this.ops = ops;
        this.shape = shape;
        batch = training.batch();
        inner = new InnerLoop<>(ops, shape, training, source);
        theta = ops.allocate(shape.parameterCount());
        float[] values = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, 1, values);
        ops.write(values, theta);
    }

    private record RandomTokens(ModelShape shape) implements TokenSource {
        @Override
        public long windowCount() {
            return Long.MAX_VALUE;
        }

        @Override
        public void window(long id, int[] into, int at) {
            SplittableRandom random = new SplittableRandom(id);
            for (int i = 0; i <= shape.sequence(); i++) {
                into[at + i] = random.nextInt(shape.vocabulary());
            }
        }
    }

    /** The loss of each of {@code count} inner steps from the same parameters, before it. */
    public double[] losses(int count) {
        double[] losses = new double[count];
        run(count, (step, loss, rate) -> losses[step - 1] = loss);
        return losses;
    }

    /** Nanoseconds of each of {@code count} inner steps from the same parameters. */
    public long[] nanoseconds(int count) {
        long[] times = new long[count];
        long[] last = {System.nanoTime()};
        Engine.StepListener listener = (step, loss, rate) -> {
            long now = System.nanoTime();
            times[step - 1] = now - last[0];
            last[0] = now;
        };
        run(count, listener);
        return times;
    }

    private void run(int count, Engine.StepListener listener) {
        long[] windows = LongStream.range(0, (long) count * batch).toArray();
        inner.run(new InnerLoop.Round<>(theta, windows, 0, () -> false), listener);
    }

    /** A hash of the parameters that the last steps led to: the same for all kernels and any number of threads. */
    public int bits() {
        float[] trained = new float[Math.toIntExact(shape.parameterCount())];
        inner.read(trained);
        return Arrays.hashCode(trained);
    }

    public int tokensPerStep() {
        return batch * shape.sequence();
    }

    /** Additions and multiplications of the products of a step, forward and backward; of attention, those needed. */
    public double operationsPerStep() {
        long embedding = (long) shape.vocabulary() * shape.width();
        double matrices = shape.parameterCount() - (shape.tiedEmbedding() ? 0 : embedding);
        double attention = (double) shape.layers() * shape.width() * (shape.sequence() + 1);
        return 6 * (matrices + attention) * tokensPerStep();
    }

    @Override
    public void close() {
        ops.close();
    }
}

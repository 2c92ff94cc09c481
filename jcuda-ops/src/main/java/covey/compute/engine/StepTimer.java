package covey.compute.engine;

import covey.compute.cpu.CpuBackend;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Times whole inner steps of a model on random tokens. Used by one thread. */
public final class StepTimer implements AutoCloseable {
    private final CpuBackend.Kernels kernels;
    private final ModelShape shape;
    private final int batch;
    private final InnerLoop<float[]> inner;
    private final float[] theta;

    /** @param kernels closed with this */
    public StepTimer(CpuBackend.Kernels kernels, ModelShape shape, Genesis.Training training) {
        this.kernels = kernels;
        this.shape = shape;
        batch = training.batch();
        inner = new InnerLoop<>(kernels.ops(), shape, training, new RandomTokens(shape));
        theta = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, 1, theta);
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

    /** Nanoseconds of each of {@code count} inner steps from the same parameters. */
    public long[] nanoseconds(int count) {
        long[] times = new long[count];
        long[] last = {System.nanoTime()};
        Engine.StepListener listener = (step, loss, rate) -> {
            long now = System.nanoTime();
            times[step - 1] = now - last[0];
            last[0] = now;
        };
        long[] windows = LongStream.range(0, (long) count * batch).toArray();
        inner.run(new InnerLoop.Round(theta, windows, 0, () -> false), listener);
        return times;
    }

    /** A hash of the parameters that the last steps led to: the same for all kernels and any number of threads. */
    public int bits() {
        inner.read(theta);
        return Arrays.hashCode(theta);
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
        kernels.ops().close();
    }
}

package covey.compute.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.compute.cuda.CudaOps;
import covey.compute.cuda.ShimDevice;
import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.port.TokenSource;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole inner steps by the CUDA kernels lead to the reference's parameters, bit for bit. */
class CudaStepsTest {
    private static final int STEPS = 3;
    private static final int BATCH = 2;
    private static final ModelShape SHAPE = new ModelShape(128, 128, 2, 4, 2, 192, 21, false);
    private static final Genesis.Training TRAINING =
            new Genesis.Training(STEPS, BATCH, 3e-3, 5, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);

    private record RandomTokens() implements TokenSource {
        @Override
        public long windowCount() {
            return Long.MAX_VALUE;
        }

        @Override
        public void window(long id, int[] into, int at) {
            SplittableRandom random = new SplittableRandom(id);
            for (int i = 0; i <= SHAPE.sequence(); i++) {
                into[at + i] = random.nextInt(SHAPE.vocabulary());
            }
        }
    }

    private static <B> float[] trained(Ops<B> ops) {
        try (ops) {
            float[] theta = new float[(int) SHAPE.parameterCount()];
            InitialParameters.fill(SHAPE, 1, theta);
            InnerLoop<B> inner = new InnerLoop<>(ops, SHAPE, TRAINING, new RandomTokens());
            long[] windows = LongStream.range(0, (long) STEPS * BATCH).toArray();
            B start = ops.allocate(theta.length);
            ops.write(theta, start);
            InnerLoop.Outcome outcome =
                    inner.run(new InnerLoop.Round<>(start, windows, 0, () -> false), (step, loss, rate) -> {});
            assertThat(outcome.report().steps()).isEqualTo(STEPS);
            inner.read(theta);
            return theta;
        }
    }

    @Test
    void shouldTrainToTheSameBits() {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
        float[] expected = trained(new ReferenceOps(1));
        assertThat(trained(new CudaOps(ShimDevice.open().orElseThrow()))).isEqualTo(expected);
    }
}

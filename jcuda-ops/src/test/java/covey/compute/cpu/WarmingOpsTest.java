package covey.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmingOpsTest {
    private static final int SIZE = 64;

    @Test
    void shouldTurnToVectorsAndKeepTheBits() {
        CpuBackend.VECTOR.open(1).ops().close();
        try (Ops<float[]> ops = WarmingOps.start(1, 0)) {
            WarmingOps warming = WarmingOps.behind(ops);
            float[] first = product(ops);
            assertThat(warming.isWarm()).isFalse();
            assertThat(warming.crew()).isEmpty();
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!warming.isWarm() && System.nanoTime() < end) {
                assertThat(product(ops)).isEqualTo(first);
            }
            assertThat(warming.isWarm()).isTrue();
            assertThat(warming.crew()).isPresent();
            assertThat(product(ops)).isEqualTo(first);
        }
    }

    private static float[] product(Ops<float[]> ops) {
        float[] values = new float[SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sqrt(i);
        }
        Matrix<float[]> x = new Matrix<>(values, 0, SIZE, SIZE);
        Matrix<float[]> y = new Matrix<>(ops.allocate(values.length), 0, SIZE, SIZE);
        ops.linear(x, x, y);
        return y.data();
    }

    @Test
    void shouldThrowWhatTheKernelThrows() {
        CpuBackend.VECTOR.open(1).ops().close();
        try (Ops<float[]> ops = WarmingOps.start(1, Long.MAX_VALUE)) {
            Matrix<float[]> x = new Matrix<>(ops.allocate(6), 0, 2, 3);
            assertThatThrownBy(() -> ops.linear(x, x, x)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

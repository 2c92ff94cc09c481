package covey.compute.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import covey.compute.cpu.ChildJvm;
import covey.compute.cpu.CpuBackend;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole inner steps lead to the same parameters, bit for bit, on whatever they are computed. */
class SameBitsTest {
    private static final int STEPS = 20;
    /** A sequence of 41 fits no tile and no vector; two query heads share a key head. */
    private static final ModelShape SHAPE = new ModelShape(320, 128, 2, 4, 2, 192, 41, false);

    private static final int BATCH = 3;

    private static StepTimer timer(CpuBackend backend, int threads) {
        Genesis.Training training =
                new Genesis.Training(STEPS, BATCH, 3e-3, 5, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
        return new StepTimer(backend.open(threads), SHAPE, training);
    }

    private static int bits(CpuBackend backend, int threads) {
        try (StepTimer timer = timer(backend, threads)) {
            timer.nanoseconds(STEPS);
            return timer.bits();
        }
    }

    /** The child of the tests below. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            System.out.println("bits " + bits(CpuBackend.valueOf(args[0]), Integer.parseInt(args[1])));
        }
    }

    @ParameterizedTest
    @CsvSource({"REFERENCE, 2", "VECTOR, 1", "VECTOR, 2", "VECTOR, 4"})
    void shouldBeTheSameOnAnyKernelsAndThreads(CpuBackend backend, int threads) {
        assertThat(bits(backend, threads)).isEqualTo(bits(CpuBackend.REFERENCE, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-Dcovey.vectorBits=128", "-Dcovey.vectorBits=256", "-Dcovey.vectorBits=512", "-XX:UseAVX=2"})
    void shouldBeTheSameOnAnyVectors(String option) throws IOException, InterruptedException {
        assumeTrue(!option.endsWith("512") || CpuBackend.VECTOR.open(1).name().contains("512"), "no such vectors here");
        assertThat(inChild(option, "VECTOR", "2")).contains("bits " + bits(CpuBackend.REFERENCE, 1));
    }

    @Test
    void shouldFallBackToPlainLoopsWithoutTheCompiler() throws IOException, InterruptedException {
        assertThat(inChild("-XX:TieredStopAtLevel=1", "AUTO", "1")).contains("bits " + bits(CpuBackend.REFERENCE, 1));
        assertThat(inChild("-Xint", "VECTOR", "1")).contains("this JVM runs without the C2 compiler");
    }

    private static String inChild(String option, String... args) throws IOException, InterruptedException {
        return ChildJvm.run(option, Child.class, args);
    }

    /** Lambdas and views are made anew in each step, about 70 KB here; the logits alone would be 157 KB. */
    @Test
    void shouldAllocateNoBuffersInTheSteadyState() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        try (StepTimer timer = timer(CpuBackend.VECTOR, 1)) {
            timer.nanoseconds(200);
            long before = threads.getCurrentThreadAllocatedBytes();
            timer.nanoseconds(50);
            long perStep = (threads.getCurrentThreadAllocatedBytes() - before) / 50;
            assertThat(perStep).isLessThan(100_000);
        }
    }
}

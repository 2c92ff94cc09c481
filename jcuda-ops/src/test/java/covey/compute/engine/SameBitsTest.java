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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole inner steps lead to the same parameters, bit for bit, on whatever they are computed. */
class SameBitsTest {
    private static final int STEPS = 100;
    /** A sequence of 41 fits no tile and no vector; two query heads share a key head. */
    private static final ModelShape SHAPE = new ModelShape(192, 128, 2, 4, 2, 64, 41, false);

    private static final int BATCH = 2;

    /** What a steady step may allocate: the optimizer's factors and the generators of made tokens, about 540 here. */
    private static final long STEP_BYTES = 1000;

    private static final int JVMS_MAX = 6;

    private static int expected;

    @BeforeAll
    static void computeExpected() {
        expected = bits(CpuBackend.REFERENCE, 1);
    }

    private static StepTimer<float[]> timer(CpuBackend backend, int threads) {
        Genesis.Training training =
                new Genesis.Training(STEPS, BATCH, 3e-3, 5, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
        return new StepTimer<>(backend.open(threads).ops(), SHAPE, training);
    }

    private static int bits(CpuBackend backend, int threads) {
        try (StepTimer<float[]> timer = timer(backend, threads)) {
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
        assertThat(bits(backend, threads)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-Dcovey.vectorBits=128", "-Dcovey.vectorBits=256", "-Dcovey.vectorBits=512", "-XX:UseAVX=2"})
    void shouldBeTheSameOnAnyVectors(String option) throws IOException, InterruptedException {
        assumeTrue(!option.endsWith("512") || CpuBackend.VECTOR.open(1).name().contains("512"), "no such vectors here");
        assertThat(inChild(option, "VECTOR", "2")).contains("bits " + expected);
    }

    @Test
    void shouldFallBackToPlainLoopsWithoutTheCompiler() throws IOException, InterruptedException {
        assertThat(inChild("-XX:TieredStopAtLevel=1", "AUTO", "1")).contains("bits " + expected);
        assertThat(inChild("-Xint", "VECTOR", "1")).contains("this JVM runs without the C2 compiler");
    }

    private static String inChild(String option, String... args) throws IOException, InterruptedException {
        return ChildJvm.run(option, Child.class, args);
    }

    /**
     * In JVMs of its own, as what C2 makes of vectors depends on what else ran before: in about one of four it leaves
     * the small sum of a softmax row to slower code, which makes an object of each vector (docs/LOG.md).
     */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void shouldAllocateNoBufferViewOrClosureInTheSteadyState(String threads) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        while (said.size() < JVMS_MAX && said.stream().noneMatch(line -> bytes(line) < STEP_BYTES)) {
            said.add(ChildJvm.run("-Xmx512m", AllocatingChild.class, threads));
        }
        assertThat(said).allMatch(line -> line.startsWith("bytes a step ")).anyMatch(line -> bytes(line) < STEP_BYTES);
    }

    private static long bytes(String said) {
        return Long.parseLong(said.strip().replaceAll("\\D", ""));
    }

    /** The child of the test. Compilation takes its time, so the first turn that keeps the bound counts. */
    static final class AllocatingChild {
        private AllocatingChild() {}

        public static void main(String[] args) {
            try (StepTimer<float[]> timer = timer(CpuBackend.VECTOR, Integer.parseInt(args[0]))) {
                timer.nanoseconds(200);
                long[] ids = LongStream.concat(
                                LongStream.of(Thread.currentThread().threadId()), helpers())
                        .toArray();
                long fewest = Long.MAX_VALUE;
                for (int turn = 0; turn < 50 && fewest >= STEP_BYTES; turn++) {
                    long before = allocatedBytes(ids);
                    timer.nanoseconds(20);
                    fewest = Math.min(fewest, (allocatedBytes(ids) - before) / 20);
                }
                System.out.println("bytes a step " + fewest);
            }
        }
    }

    /** All threads that compute, the main one apart. */
    private static LongStream helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("compute-"))
                .mapToLong(Thread::threadId);
    }

    private static long allocatedBytes(long[] ids) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long sum = 0;
        for (long id : ids) {
            sum += Math.max(0, threads.getThreadAllocatedBytes(id));
        }
        return sum;
    }
}

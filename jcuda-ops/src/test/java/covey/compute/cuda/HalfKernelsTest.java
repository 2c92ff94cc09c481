package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.protocol.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A bf16 kernel gives what the one in single precision gives of the same values, rounded once. */
class HalfKernelsTest {
    private static final int THREADS = 128;

    private ShimDevice device;
    private CudaOps ops;
    private Seed seed;
    private final List<Twin> twins = new ArrayList<>();

    static LongStream seeds() {
        return Seed.range(8);
    }

    /** The same values in both precisions. */
    private record Twin(DeviceFloats single, long half) {}

    @BeforeEach
    void open() {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
        device = ShimDevice.open().orElseThrow();
        ops = new CudaOps(device);
        seed = Seed.of(0);
    }

    @AfterEach
    void close() {
        if (ops != null) {
            ops.close();
        }
    }

    private DeviceFloats floats(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) seed.nextGaussian();
        }
        DeviceFloats buffer = ops.allocate(length);
        ops.write(values, buffer);
        return buffer;
    }

    private Twin twin(int length) {
        Twin twin = new Twin(floats(length), device.allocate(2L * length));
        convert("to_bf16", twin.single().address(), twin.half(), length);
        convert("from_bf16", twin.half(), twin.single().address(), length);
        twins.add(twin);
        return twin;
    }

    private void convert(String kernel, long from, long to, long length) {
        Arguments arguments = new Arguments().add(from).add(to).add(length);
        launch("elements", kernel, (int) (length + THREADS - 1) / THREADS, arguments);
    }

    private void launch(String module, String kernel, int blocks, Arguments arguments) {
        device.launch(new KernelCall(module, kernel, blocks, 1, THREADS, arguments.toArray()));
    }

    private short[] halves(long address, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(2 * length, 2);
            device.read(address, copy);
            return copy.toArray(ValueLayout.JAVA_SHORT);
        }
    }

    /** Runs a kernel in both precisions, with the arguments that follow from an address of each twin. */
    private void both(String module, String kernel, int blocks, Function<Function<Twin, Long>, Arguments> arguments) {
        launch(module, kernel, blocks, arguments.apply(twin -> twin.single().address()));
        launch(module, kernel + "_bf16", blocks, arguments.apply(Twin::half));
    }

    private void checkTwins(String what) {
        for (Twin twin : twins) {
            long length = twin.single().length();
            long rounded = device.allocate(2 * length);
            convert("to_bf16", twin.single().address(), rounded, length);
            assertThat(halves(twin.half(), length)).as(seed + ", " + what).isEqualTo(halves(rounded, length));
            device.free(rounded);
        }
        twins.clear();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldActivateAndRotate(long number) {
        seed = Seed.of(number);
        int half = 1 + seed.nextInt(20);
        int heads = 1 + seed.nextInt(4);
        int rows = 1 + seed.nextInt(12);
        int columns = 2 * half * heads;
        long count = (long) rows * columns;
        int blocks = (int) (count + THREADS - 1) / THREADS;
        Twin gate = twin((int) count);
        Twin up = twin((int) count);
        Twin out = twin((int) count);
        both(
                "elements",
                "swiglu",
                blocks,
                at -> new Arguments()
                        .add(at.apply(gate))
                        .add(at.apply(up))
                        .add(at.apply(out))
                        .add(count));
        Twin dGate = twin((int) count);
        Twin dUp = twin((int) count);
        both(
                "elements",
                "swiglu_gradient",
                blocks,
                at -> new Arguments()
                        .add(at.apply(gate))
                        .add(at.apply(up))
                        .add(at.apply(gate))
                        .add(at.apply(dGate))
                        .add(at.apply(dUp))
                        .add(count));
        checkTwins("swiglu");
        Twin x = twin((int) count);
        DeviceFloats table = floats(3 * 2 * half);
        both(
                "elements",
                "rotate",
                rows,
                at -> new Arguments()
                        .add(at.apply(x))
                        .add(table.address())
                        .add(columns)
                        .add(half)
                        .add(3)
                        .add(-1f));
        checkTwins("rotate");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNormalizeAndMeasure(long number) {
        seed = Seed.of(number);
        int rows = 1 + seed.nextInt(8);
        int columns = 1 + seed.nextInt(300);
        Twin x = twin(rows * columns);
        Twin y = twin(rows * columns);
        DeviceFloats gain = floats(columns);
        DeviceFloats inverse = ops.allocate(rows);
        both(
                "norm",
                "rms_norm",
                rows,
                at -> new Arguments()
                        .add(at.apply(x))
                        .add(gain.address())
                        .add(1e-5f)
                        .add(at.apply(y))
                        .add(inverse.address())
                        .add(columns));
        Twin dx = twin(rows * columns);
        both(
                "norm",
                "rms_norm_gradient",
                rows,
                at -> new Arguments()
                        .add(at.apply(x))
                        .add(gain.address())
                        .add(inverse.address())
                        .add(at.apply(x))
                        .add(at.apply(dx))
                        .add(columns));
        checkTwins("norm");
        Twin logits = twin(rows * columns);
        long losses = device.allocate(16L * rows);
        long targets = device.allocate(4L * rows);
        device.clear(targets, 4L * rows);
        both(
                "loss",
                "cross_entropy",
                rows,
                at -> new Arguments()
                        .add(at.apply(logits))
                        .add(targets)
                        .add(0.25f)
                        .add(losses)
                        .add(columns));
        checkTwins("cross-entropy");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSumGainsGradientsInSinglePrecision(long number) {
        seed = Seed.of(number);
        int rows = 1 + seed.nextInt(8);
        int columns = 1 + seed.nextInt(300);
        Twin x = twin(rows * columns);
        DeviceFloats inverse = floats(rows);
        List<float[]> results = new ArrayList<>();
        for (boolean half : new boolean[] {false, true}) {
            DeviceFloats dGain = ops.allocate(columns);
            long from = half ? x.half() : x.single().address();
            Arguments arguments =
                    new Arguments().add(from).add(inverse.address()).add(from);
            arguments.add(dGain.address()).add(rows).add(columns);
            launch("norm", half ? "gain_gradient_bf16" : "gain_gradient", columns / THREADS + 1, arguments);
            float[] result = new float[columns];
            ops.read(dGain, result);
            results.add(result);
        }
        assertThat(results.getFirst()).isEqualTo(results.getLast());
    }

    /** Ties, infinities, what is not a number, and what rounds up to infinity. */
    @Test
    void shouldRoundToTheNearestEven() {
        int[] given = {
            0x3f800000,
            0x3f808000,
            0x3f818000,
            0x3f808001,
            0x3f807fff,
            0xbf818000,
            0x7f800000,
            0xff800000,
            0x7f7fffff,
            0x7f800001,
            0xffffffff,
            0x00000001,
            0x00008000,
            0x00018000,
            0x80000000
        };
        int[] expected = {
            0x3f80, 0x3f80, 0x3f82, 0x3f81, 0x3f80, 0xbf82, 0x7f80, 0xff80, 0x7f80, 0x7fc0, 0xffff, 0, 0, 2, 0x8000
        };
        long from = device.allocate(4L * given.length);
        long to = device.allocate(2L * given.length);
        try (Arena arena = Arena.ofConfined()) {
            device.write(arena.allocateFrom(ValueLayout.JAVA_INT, given), from);
        }
        convert("to_bf16", from, to, given.length);
        short[] rounded = halves(to, given.length);
        for (int i = 0; i < given.length; i++) {
            assertThat(Short.toUnsignedInt(rounded[i]))
                    .as(Integer.toHexString(given[i]))
                    .isEqualTo(expected[i]);
        }
    }
}

package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.protocol.testing.Seed;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of bf16 values against the same in double, in all layouts and with sizes that fit no tile. */
class TensorCoreProductTest {
    private static final float UNTOUCHED = 7e30f;

    static LongStream seeds() {
        return Seed.range(16);
    }

    private record Side(float[] values, DeviceFloats bf16) {}

    /** Random values that bf16 has, as floats and in bf16. */
    private static Side side(CudaOps ops, ShimDevice device, Seed seed, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) seed.nextGaussian();
        }
        DeviceFloats exact = ops.allocate(length);
        ops.write(values, exact);
        DeviceFloats half = ops.allocate((length + 1) / 2);
        convert(device, "to_bf16", exact.address(), half.address(), length);
        convert(device, "from_bf16", half.address(), exact.address(), length);
        float[] rounded = new float[length];
        ops.read(exact, rounded);
        for (int i = 0; i < length; i++) {
            assertThat(Math.abs(rounded[i] - values[i])).isLessThanOrEqualTo(Math.abs(values[i]) / 256);
        }
        return new Side(rounded, half);
    }

    private static void convert(ShimDevice device, String kernel, long from, long to, int length) {
        Arguments arguments = new Arguments().add(from).add(to).add((long) length);
        device.launch(new KernelCall("elements", kernel, (length + 255) / 256, 1, 256, arguments.toArray()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldMultiply(long number) {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
        Seed seed = Seed.of(number);
        int rows = 1 + seed.nextInt(90);
        int columns = 1 + seed.nextInt(90);
        int depth = 1 + seed.nextInt(100);
        boolean aTransposed = (number & 1) != 0;
        boolean bTransposed = (number & 2) != 0;
        boolean accumulate = (number & 4) != 0;
        boolean bf16 = (number & 8) != 0;
        ShimDevice device = ShimDevice.open().orElseThrow();
        try (CudaOps ops = new CudaOps(device)) {
            Side a = side(ops, device, seed, rows * depth);
            Side b = side(ops, device, seed, depth * columns);
            Side c = side(ops, device, seed, rows * columns);
            DeviceFloats out = ops.allocate(rows * columns + 1);
            float[] start = Arrays.copyOf(c.values(), rows * columns + 1);
            start[rows * columns] = UNTOUCHED;
            ops.write(start, out);
            Arguments arguments = new Arguments()
                    .add(a.bf16().address())
                    .add(b.bf16().address())
                    .add(bf16 ? c.bf16().address() : out.address())
                    .add(rows)
                    .add(columns)
                    .add(depth)
                    .add(aTransposed ? 1 : 0)
                    .add(bTransposed ? 1 : 0)
                    .add(accumulate ? 1 : 0);
            String kernel = bf16 ? "product_bf16_to_bf16" : "product_bf16_to_float";
            int x = (columns + 63) / 64;
            int y = (rows + 63) / 64;
            device.launch(new KernelCall("product_bf16", kernel, x, y, 128, arguments.toArray()));
            if (bf16) {
                convert(device, "from_bf16", c.bf16().address(), out.address(), rows * columns);
            }
            float[] actual = new float[rows * columns + 1];
            ops.read(out, actual);
            double wrong = 0;
            double whole = 0;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = accumulate ? c.values()[i * columns + j] : 0;
                    for (int k = 0; k < depth; k++) {
                        sum += (double) a.values()[aTransposed ? k * rows + i : i * depth + k]
                                * b.values()[bTransposed ? j * depth + k : k * columns + j];
                    }
                    wrong += Math.pow(actual[i * columns + j] - sum, 2);
                    whole += sum * sum;
                }
            }
            assertThat(Math.sqrt(wrong / whole)).as(seed.toString()).isLessThan(bf16 ? 1e-2 : 1e-5);
            assertThat(actual[rows * columns]).isEqualTo(UNTOUCHED);
        }
    }
}

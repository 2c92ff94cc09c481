package covey.compute.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import covey.compute.tensor.Matrix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JCuda over a driver that is made of the shim, in a child process: what is found, and what a launch hands over. */
class JCudaDeviceTest {
    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void makeDriver() throws IOException, InterruptedException {
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(linux && Shim.driver(folder).isPresent(), "no C++ compiler, or JCuda has no natives here");
    }

    /** The child. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Gpu found = GpuSearch.find(Long.parseLong(args[0]));
            System.out.println("gpu: " + found.line());
            if (found instanceof Gpu.Usable usable) {
                CudaOps opened = new CudaOps(JCudaDevice.open(usable));
                float[] onDevice =
                        CompletableFuture.supplyAsync(() -> product(opened)).join();
                System.out.println("same: " + Arrays.equals(onDevice, product(new ReferenceOps(1))));
                fill(usable);
            }
        }

        private static <B> float[] product(Ops<B> ops) {
            try (ops) {
                Matrix<B> x = matrix(ops, 5, 70, 1.1f);
                Matrix<B> gain = matrix(ops, 70, 1, 0.3f);
                Matrix<B> normed = matrix(ops, 5, 70, 0);
                ops.rmsNorm(x, gain, 1e-5f, normed, matrix(ops, 5, 1, 0));
                Matrix<B> y = matrix(ops, 5, 66, 0);
                ops.linear(normed, matrix(ops, 66, 70, 0.7f), y);
                double[] losses = new double[5];
                ops.crossEntropy(y, new int[] {1, 65, 0, 7, 64}, 0.5f, losses);
                float[] result = new float[5 * 66 + 6];
                ops.read(y.data(), result);
                for (int i = 0; i < 5; i++) {
                    result[5 * 66 + i] = (float) losses[i];
                }
                result[5 * 66 + 5] = (float) ops.squaredNorm(y);
                return result;
            }
        }

        private static <B> Matrix<B> matrix(Ops<B> ops, int rows, int columns, float step) {
            float[] values = new float[rows * columns];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) StrictMath.sin(i * step);
            }
            B data = ops.allocate(values.length);
            ops.write(values, data);
            return new Matrix<>(data, 0, rows, columns);
        }

        private static void fill(Gpu.Usable usable) {
            try (JCudaDevice device = JCudaDevice.open(usable)) {
                device.allocate(1L << 40);
            } catch (DeviceFailure e) {
                System.out.println("full: " + e.getMessage());
            }
        }
    }

    private static String child(Map<String, String> environment, long neededBytes)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.add(Long.toString(neededBytes));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void shouldComputeTheSameBitsThroughTheDriver() throws IOException, InterruptedException {
        assertThat(child(Map.of(), 1L << 30).lines())
                .containsExactly(
                        "gpu: Shim, compute capability 9.0, 3.0 GiB of 3.0 GiB free, driver for CUDA 13.0",
                        "same: true",
                        "full: GPU memory: 1099511627776 bytes more (expected: what is free)");
        try (var left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .as("JCuda's libraries are gone")
                    .noneMatch(name -> name.contains("JCuda") || name.startsWith("covey-cuda"));
        }
    }

    @Test
    void shouldRefuseAnOldDriverAndTooLittleMemory() throws IOException, InterruptedException {
        assertThat(child(Map.of("COVEY_FAKE_DRIVER", "11060"), 0).lines())
                .containsExactly("gpu: NVIDIA driver: for CUDA 11.6 (expected: 12.0 or later, which driver 525 has)");
        assertThat(child(Map.of(), 4L << 30).lines())
                .containsExactly("gpu: Shim: 3.0 GiB free (expected: 4.0 GiB or more)");
    }
}

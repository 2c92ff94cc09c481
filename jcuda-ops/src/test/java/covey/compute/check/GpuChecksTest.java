package covey.compute.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.compute.cuda.CudaOps;
import covey.compute.cuda.Device;
import covey.compute.cuda.KernelCall;
import covey.compute.cuda.ShimDevice;
import covey.compute.engine.CpuEngine;
import covey.compute.engine.CudaEngine;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All checks on kernels that the shim runs, as they will run on a GPU but for their sizes. */
class GpuChecksTest {
    private final List<Finding> findings = new ArrayList<>();

    @BeforeEach
    void requireShim() {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
    }

    private static TwinRun run() {
        ModelShape shape = CheckSizes.small().trained();
        Genesis any = TestRun.of(1, 1, 1).genesis();
        ContentId root = CpuEngine.initialRoot(shape, 7, Contributions.CRYPTO);
        Genesis.Training training =
                new Genesis.Training(2, 2, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
        Genesis genesis = new Genesis(
                "check", shape, 7, root, training, any.timing(), any.members(), any.authorities(), any.data());
        TokenSource tokens = new CountingTokens(shape.vocabulary(), shape.sequence());
        return new TwinRun(
                genesis,
                () -> new CpuEngine(genesis, Contributions.CRYPTO, tokens, tokens, 1),
                device -> new CudaEngine(genesis, Contributions.CRYPTO, tokens, tokens, device, CudaOps.Products.FP32),
                (layout, planes, number) -> new Engine.Applied(
                        TestCrypto.signer(number).hotkey(),
                        MemorySegment.ofArray(Contributions.sealed(layout, 1, planes, TestCrypto.signer(number))),
                        1 << 16),
                1);
    }

    private boolean check(Device device, String prefix) {
        return new GpuChecks(device, CheckSizes.small(), run()).run(name -> name.startsWith(prefix), findings::add);
    }

    @Test
    void shouldFindNothingWrongAndMeasureEverything() {
        try (ShimDevice device = ShimDevice.open().orElseThrow()) {
            assertThat(check(device, "")).as(lines()).isTrue();
        }
        findings.forEach(found -> System.out.println(found.line()));
        assertThat(findings).allMatch(Finding::ok);
        assertThat(findings.stream().map(Finding::name))
                .contains("kernel attention-gradient", "compressor, 2 bits", "outer step, MEAN", "state roots")
                .contains(
                        "training FP32",
                        "training BF16",
                        "copy",
                        "compressor speed",
                        "outer step speed",
                        "tokens tiny BF16, batch 2");
        assertThat(findings)
                .filteredOn(found ->
                        found.name().startsWith("kernel") && !found.name().contains("bf16"))
                .allMatch(found -> found.detail().equals("same bits"));
        assertThat(findings)
                .filteredOn(found -> found.figures().containsKey("tokens/s"))
                .hasSize(3)
                .allMatch(found -> found.figures().keySet().containsAll(List.of("mfu", "peakGiB", "launches"))
                        && found.figures().values().stream().allMatch(value -> value > 0));
    }

    private String lines() {
        return findings.stream().map(Finding::line).reduce("", (a, b) -> a + "\n" + b);
    }

    /** A device whose kernels of one name do nothing, or fail. */
    private record Broken(Device device, String kernel, boolean fails) implements Device {
        @Override
        public void launch(KernelCall call) {
            if (!call.name().equals(kernel)) {
                device.launch(call);
            } else if (fails) {
                throw new IllegalStateException("kernel " + kernel + ": LAUNCH_FAILED");
            }
        }

        @Override
        public long allocate(long bytes) {
            return device.allocate(bytes);
        }

        @Override
        public void free(long address) {
            device.free(address);
        }

        @Override
        public void clear(long address, long bytes) {
            device.clear(address, bytes);
        }

        @Override
        public void write(MemorySegment from, long address) {
            device.write(from, address);
        }

        @Override
        public void read(long address, MemorySegment to) {
            device.read(address, to);
        }

        @Override
        public void copy(long from, long to, long bytes) {
            device.copy(from, to, bytes);
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @Test
    void shouldNoticeAKernelThatDoesNothing() {
        for (String kernel : List.of("product", "embed_gradient", "product_bf16_to_float", "attention_key_gradient")) {
            try (Broken device = new Broken(ShimDevice.open().orElseThrow(), kernel, false)) {
                assertThat(check(device, "kernel ")).as(kernel).isFalse();
            }
        }
        try (Broken device = new Broken(ShimDevice.open().orElseThrow(), "compress", false)) {
            assertThat(check(device, "compressor, ")).isFalse();
        }
        try (Broken device = new Broken(ShimDevice.open().orElseThrow(), "outer_step", false)) {
            assertThat(check(device, "state roots")).isFalse();
        }
    }

    @Test
    void shouldGoOnAfterACheckThatFails() {
        try (Broken device = new Broken(ShimDevice.open().orElseThrow(), "rotate", true)) {
            assertThat(check(device, "")).isFalse();
        }
        assertThat(findings.stream().filter(found -> !found.ok()).map(Finding::name))
                .containsExactlyInAnyOrder(
                        "kernel rotate",
                        "state roots",
                        "training FP32",
                        "training BF16",
                        "tokens tiny BF16, batch 1",
                        "tokens tiny FP32, batch 1");
        assertThat(lines()).contains("WRONG kernel rotate  IllegalStateException: kernel rotate: LAUNCH_FAILED");
    }
}

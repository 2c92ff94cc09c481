package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine.Applied;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressor and outer step in CUDA against the core's, bit for bit. */
class CudaCompressorTest {
    private static final Layout LAYOUT = Layout.of(List.of(
            new Tensor("a", 3000, 1), new Tensor("m", 128, 192), new Tensor("b", 1500, 1), new Tensor("n", 64, 64)));
    private static final float DECAY = 0.95f;

    private CudaOps ops;
    private ShimDevice device;

    static LongStream seeds() {
        return Seed.range(12);
    }

    @BeforeEach
    void open() {
        assumeTrue(ShimDevice.open().isPresent(), "no C++ compiler");
        device = ShimDevice.open().orElseThrow();
        ops = new CudaOps(device);
    }

    @AfterEach
    void close() {
        if (ops != null) {
            ops.close();
        }
    }

    private DeviceFloats copy(float[] values) {
        DeviceFloats copied = ops.allocate(values.length);
        ops.write(values, copied);
        return copied;
    }

    private float[] copy(DeviceFloats values) {
        float[] copied = new float[(int) values.length()];
        ops.read(values, copied);
        return copied;
    }

    /** Ties, zeros of both signs, subnormal and huge values, and a chunk that its scale makes empty. */
    private static float[] values(Seed seed) {
        float[] values = Contributions.values(LAYOUT, seed);
        int kind = seed.nextInt(4);
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (kind) {
                case 0 -> values[i];
                case 1 -> Math.round(values[i] * 4) / 4f;
                case 2 -> values[i] * (i % 3 == 0 ? 1e-42f : 1e-9f);
                default -> i % 7 == 0 ? values[i] * 1e9f : -0f;
            };
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEncodeTheSameBytesAndKeepTheSameFeedback(long number) {
        Seed seed = Seed.of(number);
        int bits = 1 + (int) (number & 1);
        ReferenceCompressor expected = new ReferenceCompressor(LAYOUT, bits, DECAY);
        CudaCompressor compressor = new CudaCompressor(device, LAYOUT, bits, DECAY);
        float[] e = new float[(int) LAYOUT.parameterCount()];
        DeviceFloats onDevice = copy(e);
        for (int round = 0; round < 3; round++) {
            float[] delta = values(seed);
            assertThat(compressor.accumulate(onDevice, copy(delta))).isEqualTo(expected.accumulate(e, delta));
            assertThat(compressor.encode(onDevice)).as(seed.toString()).isEqualTo(expected.encode(e));
            assertThat(copy(onDevice)).as(seed.toString()).isEqualTo(e);
        }
    }

    /** Each chunk has one magnitude: a half, the middle of it and the next, or a float beside the middle. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRoundScalesTheSameWay(int bits) {
        int chunks = 1024;
        Layout layout = Layout.of(List.of(new Tensor("m", 64, 64 * chunks)));
        Seed seed = Seed.of(bits);
        float[] e = new float[(int) layout.parameterCount()];
        for (int chunk = 0; chunk < chunks; chunk++) {
            int pattern = seed.nextInt(chunk % 8 < 4 ? 0x4801 : 0x400);
            float half = Float.float16ToFloat((short) pattern);
            float middle = (half + Float.float16ToFloat((short) (pattern + 1))) / 2;
            float[] kinds = {half, middle, Math.nextUp(middle), Math.nextDown(middle)};
            for (int row = 0; row < 64; row++) {
                int at = (row * chunks + chunk) * 64;
                Arrays.fill(e, at, at + 64, kinds[chunk % 4]);
            }
        }
        DeviceFloats onDevice = copy(e);
        byte[] planes = new CudaCompressor(device, layout, bits, DECAY).encode(onDevice);
        assertThat(planes).isEqualTo(new ReferenceCompressor(layout, bits, DECAY).encode(e));
        assertThat(copy(onDevice)).isEqualTo(e);
    }

    @Test
    void shouldKeepFeedbackIfAnyValueIsNotFinite() {
        float[] delta = new float[(int) LAYOUT.parameterCount()];
        CudaCompressor compressor = new CudaCompressor(device, LAYOUT, 1, DECAY);
        DeviceFloats e = copy(delta.clone());
        delta[3] = 1f;
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            delta[delta.length - 1] = wrong;
            assertThat(compressor.accumulate(e, copy(delta))).isFalse();
            assertThat(copy(e)).containsOnly(0f);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldMoveParametersToTheSameBits(long number) {
        Seed seed = Seed.of(number);
        List<Applied> set = new ArrayList<>();
        for (int i = seed.nextInt(6); i > 0; i--) {
            byte[] content = Contributions.sealed(LAYOUT, 1 + (i & 1), values(seed), TestCrypto.signer(1));
            Hotkey hotkey = new Hotkey(new Hash(0, 0, 0, i));
            set.add(new Applied(hotkey, MemorySegment.ofArray(content), 65536 >> 2 * seed.nextInt(2)));
        }
        float[] theta = Contributions.values(LAYOUT, seed);
        for (AggregationPolicy policy : AggregationPolicy.values()) {
            DeviceFloats onDevice = copy(theta);
            new CudaOuterStep(device, LAYOUT, 52429, policy).apply(onDevice, set);
            float[] expected = theta.clone();
            new OuterStep(LAYOUT, 52429, policy).apply(expected, set);
            assertThat(copy(onDevice)).as(seed + ", " + policy).isEqualTo(expected);
        }
    }
}

package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceCompressorTest {
    /** One tile, and one padded chunk of 200 values of which 3 are kept. */
    private static final Layout SMALL = Layout.of(List.of(new Tensor("m", 64, 64), new Tensor("v", 200, 1)));

    private record Shown(int chunk, int units, List<Integer> indices, List<Integer> levels) {}

    static LongStream seeds() {
        return Seed.range(40);
    }

    private static float[] zeros() {
        return new float[(int) SMALL.parameterCount()];
    }

    private static List<Shown> decode(Layout layout, int bits, byte[] planes) {
        List<Shown> shown = new ArrayList<>();
        assertThat(Planes.of(layout, bits, MemorySegment.ofArray(planes)).visit(chunk -> shown.add(show(chunk))))
                .isEmpty();
        return shown;
    }

    private static Shown show(DecodedChunk chunk) {
        int[] each = IntStream.range(0, chunk.count()).toArray();
        return new Shown(
                chunk.chunk(),
                chunk.scaleUnits(),
                Arrays.stream(each).map(chunk::index).boxed().toList(),
                Arrays.stream(each).map(chunk::level).boxed().toList());
    }

    /** Rule H3 written down again, with a full sort. */
    private static Shown expected(Layout layout, int chunk, int bits, float[] e) {
        float[] v = new float[layout.validCount(chunk)];
        layout.gather(e, chunk, v);
        int kept = Math.max(1, (64 * v.length + 2048) / 4096);
        List<Integer> top = IntStream.range(0, v.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -Math.abs(v[i])).thenComparing(i -> i))
                .limit(kept)
                .sorted()
                .toList();
        double mean = top.stream().mapToDouble(i -> Math.abs(v[i])).boxed().reduce(0.0, Double::sum) / kept;
        float exact = (float) (bits == 1 ? mean : mean / 2.5);
        float scale = exact >= 8 ? 8 : Float.float16ToFloat(Float.floatToFloat16(exact));
        if (scale == 0) {
            return new Shown(chunk, 0, List.of(), List.of());
        }
        List<Integer> levels = top.stream()
                .map(i -> (v[i] < 0 ? -1 : 1) * (bits == 1 ? 1 : Math.abs(v[i]) > 2.5 * scale ? 3 : 2))
                .toList();
        return new Shown(chunk, (int) (scale * (1 << 24)), top, levels);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepTheLargestAndConserveWhatItLeaves(long number) {
        Seed seed = Seed.of(number);
        for (int bits = 1; bits <= 2; bits++) {
            float[] e = Contributions.values(LayoutTest.MIXED, seed.fork("values"));
            if (seed.nextBoolean()) {
                quantize(e);
            }
            float[] before = e.clone();
            byte[] planes = new ReferenceCompressor(LayoutTest.MIXED, bits, 0.95f).encode(e);

            List<Shown> shown = decode(LayoutTest.MIXED, bits, planes);
            for (Shown chunk : shown) {
                assertThat(chunk)
                        .as(seed.toString())
                        .isEqualTo(expected(LayoutTest.MIXED, chunk.chunk(), bits, before));
                for (int i = 0; i < chunk.indices().size(); i++) {
                    int at = (int) LayoutTest.MIXED.offset(
                            chunk.chunk(), chunk.indices().get(i));
                    before[at] -= chunk.units() * chunk.levels().get(i) * 0x1p-24f;
                }
            }
            assertThat(e).as(seed.toString()).isEqualTo(before);
        }
    }

    /** Makes many equal magnitudes. */
    private static void quantize(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] * 1024) / 1024f;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldGiveBackAllItTook(long number) {
        Seed seed = Seed.of(number);
        float[] e = Contributions.values(LayoutTest.MIXED, seed);
        quantize(e);
        float[] before = e.clone();
        ReferenceCompressor compressor = new ReferenceCompressor(LayoutTest.MIXED, 2, 0.95f);

        compressor.addBack(compressor.encode(e), e);

        for (int i = 0; i < e.length; i++) {
            assertThat((double) e[i])
                    .as(seed.toString())
                    .isCloseTo(before[i], org.assertj.core.data.Offset.offset(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldWriteNothingForZeros(int bits) {
        float[] e = zeros();
        e[5] = -0f;
        byte[] planes = new ReferenceCompressor(SMALL, bits, 1f).encode(e);
        assertThat(planes).containsExactly(0, 0, 0, 0);
        assertThat(Float.floatToRawIntBits(e[5])).isEqualTo(Float.floatToRawIntBits(-0f));
    }

    @Test
    void shouldTakeTheLowestIndicesOfAConstant() {
        float[] e = zeros();
        Arrays.fill(e, -0.75f);
        List<Shown> shown = decode(SMALL, 1, new ReferenceCompressor(SMALL, 1, 1f).encode(e));

        assertThat(shown.get(0).indices())
                .isEqualTo(IntStream.range(0, 64).boxed().toList());
        assertThat(shown.get(1).indices()).containsExactly(0, 1, 2);
        assertThat(shown.get(0).units()).isEqualTo(3 << 22);
        assertThat(shown.get(0).levels()).containsOnly(-1);
        assertThat(e[63]).isZero();
        assertThat(e[64]).isEqualTo(-0.75f);
    }

    @Test
    void shouldTakeTheLowerIndexOfATieAtTheEdge() {
        float[] e = zeros();
        e[4096 + 199] = 2;
        e[4096 + 150] = -1;
        e[4096 + 20] = 1;
        e[4096 + 151] = 1;
        assertThat(decode(SMALL, 1, new ReferenceCompressor(SMALL, 1, 1f).encode(e))
                        .get(1))
                .isEqualTo(new Shown(1, scaleUnits(4 / 3.0), List.of(20, 150, 199), List.of(1, -1, 1)));
    }

    private static int scaleUnits(double value) {
        return (int) (Float.float16ToFloat(Float.floatToFloat16((float) value)) * (1 << 24));
    }

    @Test
    void shouldKeepSubnormalScalesAndDropWhatRoundsToZero() {
        float[] e = zeros();
        Arrays.fill(e, 0, 64, 0x1.8p-24f);
        Arrays.fill(e, 4096, 4099, 0x1p-25f);
        float[] before = e.clone();

        List<Shown> shown = decode(SMALL, 1, new ReferenceCompressor(SMALL, 1, 1f).encode(e));

        assertThat(shown.get(0).units()).as("1.5 units, half to even").isEqualTo(2);
        assertThat(shown.get(1).units()).as("half a unit, half to even").isZero();
        assertThat(Arrays.copyOfRange(e, 4096, 4296)).isEqualTo(Arrays.copyOfRange(before, 4096, 4296));
    }

    @ParameterizedTest
    @ValueSource(floats = {8f, 8.01f, 70000f, Float.MAX_VALUE})
    void shouldSaturateTheScale(float value) {
        float[] e = zeros();
        Arrays.fill(e, 0, 64, value);
        assertThat(decode(SMALL, 1, new ReferenceCompressor(SMALL, 1, 1f).encode(e))
                        .get(0)
                        .units())
                .isEqualTo(Limits.SCALE_MAX_UNITS);
        assertThat(e[0]).isEqualTo(value - 8f);
    }

    @Test
    void shouldPutTheBoundaryBetweenLevelsAtTwoAndAHalf() {
        float[] e = zeros();
        e[4096] = 2.5f;
        e[4097] = Math.nextUp(2.5f);
        e[4098] = -Math.nextDown(2.5f);
        assertThat(decode(SMALL, 2, new ReferenceCompressor(SMALL, 2, 1f).encode(e))
                        .get(1))
                .isEqualTo(new Shown(1, 1 << 24, List.of(0, 1, 2), List.of(2, 3, -2)));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE})
    void shouldLeaveErrorFeedbackAloneWhenItWouldNotBeFinite(float bad) {
        float[] e = zeros();
        Arrays.fill(e, Float.MAX_VALUE / 2);
        e[3] = Float.MAX_VALUE;
        float[] before = e.clone();
        float[] delta = zeros();
        delta[0] = 1;
        delta[3] = bad;

        assertThat(new ReferenceCompressor(SMALL, 1, 1f).accumulate(e, delta)).isFalse();
        assertThat(e).isEqualTo(before);
    }

    @Test
    void shouldDecayAndAddWithTwoRoundings() {
        float[] e = zeros();
        float[] delta = zeros();
        e[0] = 1 / 3f;
        delta[0] = 1e-8f;
        assertThat(new ReferenceCompressor(SMALL, 1, 0.95f).accumulate(e, delta))
                .isTrue();
        assertThat(e[0]).isEqualTo(0.95f * (1 / 3f) + 1e-8f);
    }
}

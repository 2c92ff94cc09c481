package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine.Applied;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.DeterminismDigest;
import covey.protocol.testing.TestCrypto;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes of format version 1, which never change. Planes, error feedback and θ were computed apart from this code, in
 * another language, from docs/format.md.
 */
class GoldenContributionTest {
    /** Two vectors, a matrix of two tiles, one of one tile, and one tile of zeros. */
    private static final Layout LAYOUT = Layout.of(List.of(
            new Tensor("a", 100, 1),
            new Tensor("m", 64, 128),
            new Tensor("b", 40, 1),
            new Tensor("n", 64, 64),
            new Tensor("o", 64, 64)));

    private static final int ZEROS_FROM = 100 + 64 * 128 + 40 + 64 * 64;

    /** Whole 16-bit numbers at five scales, with many ties. */
    private static float[] values(int salt, float scale) {
        float[] values = new float[(int) LAYOUT.parameterCount()];
        for (int i = 0; i < ZEROS_FROM; i++) {
            int x = (int) ((i * 2654435761L + salt * 40503L & 0xFFFFFFFFL) >> 16) - 32768;
            values[i] = (x >> 7 << 7) * (float) Math.pow(2, -(14 + i / 1000 % 5 * 3)) * scale;
        }
        return values;
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(GoldenContributionTest.class.getResourceAsStream(name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8d59727b48568101c1dc7745c97a3c3ec7be8973ab58016c3b185920082665b5",
        "2, c4209440b2a1a3e576250e9e32700cb5ea080a2ad249cec10af7ec0858400b62"
    })
    void shouldWriteTheGoldenBytes(int bits, String feedback) throws IOException {
        float[] e = values(1, 1);
        byte[] planes = new ReferenceCompressor(LAYOUT, bits, 0.95f).encode(e);
        byte[] content = Contributions.sealed(LAYOUT, bits, planes, TestCrypto.signer(1));
        byte[] golden = golden("contribution-" + bits + "bit.hex");

        assertThat(DeterminismDigest.of(e).hex()).isEqualTo(feedback);
        assertThat(HexFormat.of().formatHex(content)).isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(Contributions.check(LAYOUT, bits)
                        .check(MemorySegment.ofArray(golden), Contributions.expected(golden, TestCrypto.signer(1))))
                .isEmpty();
    }

    @Test
    void shouldMoveParametersToTheGoldenBits() {
        float[] scales = {1, 8, 0.25f};
        int[] trust = {65536, 65536, 16384};
        Applied[] set = new Applied[3];
        for (int i = 0; i < 3; i++) {
            byte[] content = Contributions.sealed(LAYOUT, 1, values(i + 1, scales[i]), TestCrypto.signer(i));
            Hotkey hotkey = TestCrypto.signer(i).hotkey();
            set[i] = new Applied(hotkey, MemorySegment.ofArray(content), trust[i]);
        }
        float[] theta = values(9, 0.125f);

        new OuterStep(LAYOUT, 52429, AggregationPolicy.CONTRIBUTOR_MEAN).apply(theta, Arrays.asList(set));

        assertThat(DeterminismDigest.of(theta).hex())
                .isEqualTo("b5d33cf10e2e52084145e17a3b59070c99cbab18a00ac6e3d2656677bb740731");
    }
}

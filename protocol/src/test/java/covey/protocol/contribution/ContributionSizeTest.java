package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ModelShape;
import covey.protocol.model.Presets;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule H5: dense fp32 bytes over the encoded contribution with its header. */
class ContributionSizeTest {
    @ParameterizedTest
    @CsvSource({
        "nano, 1, 193",
        "nano, 2, 170",
        "tiny, 1, 222",
        "tiny, 2, 199",
        "tiny-bpe, 1, 222",
        "tiny-bpe, 2, 199",
        "small, 1, 230",
        "small, 2, 207",
        "bench, 1, 230",
        "bench, 2, 207"
    })
    void shouldCompressAsThePublishedRatioSays(String name, int bits, double atLeast) {
        ModelShape shape = Presets.named(name).orElseThrow().shape();
        Layout layout = Layout.of(shape);
        float[] values = Contributions.values(layout, Seed.of(5));

        byte[] content = Contributions.sealed(layout, bits, values, TestCrypto.signer(1));

        double ratio = 4.0 * shape.parameterCount() / content.length;
        assertThat(ratio).as(name).isGreaterThanOrEqualTo(atLeast);
        assertThat(Contributions.check(layout, bits)
                        .check(
                                java.lang.foreign.MemorySegment.ofArray(content),
                                Contributions.expected(content, TestCrypto.signer(1))))
                .isEmpty();
    }
}

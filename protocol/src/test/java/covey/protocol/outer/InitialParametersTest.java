package covey.protocol.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.model.ModelShape;
import covey.protocol.model.Presets;
import covey.protocol.testing.DeterminismDigest;
import org.junit.jupiter.api.Test;

class InitialParametersTest {
    private static final ModelShape NANO = Presets.NANO.shape();

    private static float[] filled(long seed) {
        float[] theta = new float[(int) NANO.parameterCount()];
        InitialParameters.fill(NANO, seed, theta);
        return theta;
    }

    /** Computed apart from this code. */
    @Test
    void shouldKeepItsGoldenValue() {
        assertThat(DeterminismDigest.of(filled(42)).hex())
                .isEqualTo("441e02ead8639c084f2bd950d7f8e007e675b21d067959e7ca30088ba2bba653");
    }

    @Test
    void shouldDrawMatricesWithTheRightSpreadAndSetVectorsToOne() {
        float[] theta = filled(1);
        double sum = 0;
        double squares = 0;
        int drawn = 0;
        int ones = 0;
        for (float value : theta) {
            if (value == 1f) {
                ones++;
                continue;
            }
            assertThat(Math.abs(value)).isLessThan(0.1f);
            sum += value;
            squares += (double) value * value;
            drawn++;
        }
        assertThat(ones).isEqualTo(5 * 64);
        assertThat(sum / drawn).isCloseTo(0, within(2e-4));
        assertThat(Math.sqrt(squares / drawn)).isCloseTo(0.02, within(1e-4));
    }

    @Test
    void shouldDependOnTheSeed() {
        assertThat(filled(1)).isNotEqualTo(filled(2)).isEqualTo(filled(1));
    }
}

package covey.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PresetsTest {
    @Test
    void shouldHaveThePublishedNumbersOfParameters() {
        assertThat(Presets.NANO.shape().parameterCount()).isEqualTo(123_200);
        assertThat(Presets.TINY.shape().parameterCount()).isEqualTo(885_888);
        assertThat(Presets.TINY_BPE.shape().parameterCount()).isEqualTo(1_115_264);
        assertThat(Presets.SMALL.shape().parameterCount()).isBetween(5_850_000L, 5_950_000L);
        assertThat(Presets.BENCH.shape().parameterCount()).isBetween(12_550_000L, 12_650_000L);
        assertThat(Presets.M512.shape().parameterCount()).isBetween(512_300_000L, 512_500_000L);
        assertThat(Presets.B72.shape().parameterCount()).isEqualTo(70_599_843_840L);
    }

    @Test
    void shouldBeFoundByName() {
        for (Presets.Preset preset : Presets.all()) {
            assertThat(Presets.named(preset.name())).contains(preset);
            assertThat(preset.innerSteps()).isBetween(1, Limits.INNER_STEPS_MAX);
        }
        assertThat(Presets.named("huge")).isEmpty();
    }
}

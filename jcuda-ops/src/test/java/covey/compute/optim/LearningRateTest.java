package covey.compute.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void shouldWarmUpAndStayWithoutAnEnd() {
        LearningRate rate = new LearningRate(4e-3, 20, 0, 0.1);
        assertThat(rate.at(0)).isCloseTo(2e-4, within(1e-12));
        assertThat(rate.at(9)).isCloseTo(2e-3, within(1e-12));
        assertThat(rate.at(19)).isEqualTo(4e-3);
        assertThat(rate.at(1_000_000)).isEqualTo(4e-3);
    }

    @Test
    void shouldFallToItsFinalShareAndStayThere() {
        LearningRate rate = new LearningRate(1e-3, 100, 1100, 0.1);
        assertThat(rate.at(100)).isEqualTo(1e-3);
        assertThat(rate.at(600)).isCloseTo(5.5e-4, within(1e-12));
        assertThat(rate.at(1100)).isCloseTo(1e-4, within(1e-12));
        assertThat(rate.at(5000)).isCloseTo(1e-4, within(1e-12));
    }

    @Test
    void shouldStartAtThePeakWithoutWarmup() {
        assertThat(new LearningRate(1e-3, 0, 0, 0.1).at(0)).isEqualTo(1e-3);
    }
}

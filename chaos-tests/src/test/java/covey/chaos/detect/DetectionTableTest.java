package covey.chaos.detect;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.ClusterSettings.Timing;
import covey.chaos.detect.Link.Weather;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Rule D4; in virtual time. */
class DetectionTableTest {
    private static final long HOUR_MS = 3_600_000;

    private static RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    }

    @Test
    void shouldCallNobodyAbsentWhoIsHeardInTime() {
        Watch steady = new Watch(Timing.LOOPBACK, new Weather(50, 0), random());
        assertThat(steady.falseAbsences(HOUR_MS)).isZero();
    }

    @Test
    void shouldBeMistakenWhereMessagesTakeLongerThanThePause() {
        Watch shaken = new Watch(Timing.LOOPBACK, new Weather(800, 0), random());
        assertThat(shaken.falseAbsences(HOUR_MS)).isPositive();
        Watch patient = new Watch(Timing.INTERNET, new Weather(800, 0), random());
        assertThat(patient.falseAbsences(HOUR_MS)).isPositive().isLessThan(100);
    }

    /** Pause and heartbeat, the look after that, and a tick. */
    @Test
    void shouldFindADeadOneAfterThePause() {
        Watch loopback = new Watch(Timing.LOOPBACK, new Weather(0, 0), random());
        assertThat(loopback.detectionMs(5_100).orElseThrow()).isBetween(1_000L, 1_200L + 101 + 250 + 40);
        Watch internet = new Watch(Timing.INTERNET, new Weather(0, 0), random());
        assertThat(internet.detectionMs(5_100).orElseThrow()).isBetween(3_000L, 4_000L + 501 + 250 + 40);
    }

    @Test
    void shouldGiveTheSameTableForASeed() {
        assertThat(new DetectionTable(3, 1).rows()).hasSize(24).isEqualTo(new DetectionTable(3, 1).rows());
    }
}

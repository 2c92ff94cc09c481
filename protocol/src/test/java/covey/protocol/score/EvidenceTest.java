package covey.protocol.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.score.Evidence.Finding;
import covey.protocol.testing.Seed;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    /** A score of the given difference whose standard error is 1. */
    static LossScore score(double difference) {
        return new LossScore(new Gains(32, difference, 0.5), new Gains(32, 0, 0.5));
    }

    private static Evidence of(int count, double difference) {
        Evidence evidence = Evidence.NONE;
        for (int i = 0; i < count; i++) {
            evidence = evidence.with(score(difference));
        }
        return evidence;
    }

    @Test
    void shouldTakePairedDifferencesAndTheirStandardError() {
        Gains gains = Gains.of(new double[] {3, 5, 4, 8}, new double[] {2, 5, 2, 7});
        assertThat(gains.mean()).isEqualTo(1.0);
        assertThat(gains.squaredError()).isCloseTo((0 + 1 + 1 + 0) / 12.0, within(1e-15));
    }

    @Test
    void shouldNotMeasureOnOneSample() {
        assertThatThrownBy(() -> Gains.of(new double[] {1}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2");
    }

    @Test
    void shouldSumDifferencesOverRounds() {
        assertThat(of(1, 1).z()).isEqualTo(1.0);
        assertThat(of(9, 1).z()).isEqualTo(3.0);
        assertThat(Evidence.NONE.z()).isZero();
    }

    @Test
    void shouldPassFromTwoAndFailAfterSixteenRoundsOnly() {
        assertThat(of(1, 2).finding(true)).isEqualTo(Finding.PASSED);
        assertThat(of(15, -1).finding(true)).isEqualTo(Finding.UNDECIDED);
        assertThat(of(16, -1).finding(true)).isEqualTo(Finding.FAILED);
        assertThat(of(16, 0.5).finding(true)).isEqualTo(Finding.PASSED);
        assertThat(of(16, 0.49).finding(true)).isEqualTo(Finding.FAILED);
    }

    @Test
    void shouldFailNobodyWhereNobodyStandsOut() {
        assertThat(of(16, -1).finding(false)).isEqualTo(Finding.UNDECIDED);
        assertThat(of(16, 1).finding(false)).isEqualTo(Finding.PASSED);
        List<Evidence> early = List.of(of(16, 0.2), of(16, 0.4), of(16, 0.6));
        assertThat(Evidence.isTelling(early)).isFalse();
        assertThat(Evidence.isTelling(List.of())).isFalse();
        List<Evidence> later = List.of(of(16, 0), of(16, 1), of(16, 1.1), of(15, -9), of(16, -0.1), of(16, 1.2));
        assertThat(Evidence.isTelling(later)).isTrue();
    }

    @Test
    void shouldForgetWhatIsOlderThanSixteenRounds() {
        Evidence evidence = of(16, 10);
        for (int i = 0; i < 16; i++) {
            evidence = evidence.with(score(0));
        }
        assertThat(evidence.z()).isZero();
        assertThat(evidence.finding(true)).isEqualTo(Finding.FAILED);
    }

    @Test
    void shouldNotJudgeAStepThatChangesNothing() {
        double[] losses = Seed.of(1).doubles(32).toArray();
        LossScore nothing = new LossScore(Gains.of(losses, losses), Gains.of(losses, losses));
        assertThat(Evidence.NONE.with(nothing).z()).isZero();
    }

    @Test
    void shouldMoveTrustByWhatWasFoundOnly() {
        Standing standing = Standing.FRESH;
        for (Finding finding : List.of(Finding.PASSED, Finding.UNDECIDED, Finding.PASSED, Finding.PASSED)) {
            standing = standing.measured(1, Evidence.NONE, finding, 1);
        }
        assertThat(standing.trust().trustQ16()).isEqualTo(65_536);
        assertThat(standing.measured(2, Evidence.NONE, Finding.FAILED, 1)
                        .trust()
                        .trustQ16())
                .isEqualTo(16_384);
    }

    @Test
    void shouldAbstainWithinToleranceOnlyIfThereIsOne() {
        assertThat(score(1.9).indicator(0)).isEqualTo(1);
        assertThat(score(-0.1).indicator(0)).isEqualTo(-1);
        assertThat(score(1.9).indicator(2e-4)).isZero();
        assertThat(score(2.1).indicator(2e-4)).isEqualTo(1);
    }

    @Test
    void shouldNeedThreePositiveRoundsAndAShareOfThem() {
        Computation computation = Computation.NONE.with(1).with(1);
        assertThat(computation.average()).isCloseTo(0.0975, within(1e-12));
        assertThat(computation.factor()).isEqualTo(computation.average());
        Computation coin = Computation.NONE;
        for (int i = 0; i < 100; i++) {
            coin = coin.with(i % 2 == 0 ? 1 : -1);
        }
        assertThat(coin.factor()).isZero();
        assertThat(Computation.NONE.with(0)).isEqualTo(Computation.NONE);
        assertThat(Computation.NONE.with(-1).factor()).isZero();
    }
}

package covey.protocol.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    /** As Templar pays: half is burned. Golden values were computed from its code. */
    private static final WeightRule HALF_BURNED = new WeightRule(20, 10, 0.5);

    static Hotkey hotkey(int number) {
        return new Hotkey(new Hash(0, 0, 0, number));
    }

    private static void assertStart(double[] shares, double... expected) {
        assertThat(Arrays.copyOf(shares, expected.length)).containsExactly(expected, within(1e-6));
    }

    @Test
    void shouldReproduceGoldenShares() {
        double[] full = HALF_BURNED.shares(30);
        assertStart(full, 0.032259, 0.031410, 0.030561);
        assertThat(full[19]).isCloseTo(0.016130, within(1e-6));
        assertStart(Arrays.copyOfRange(full, 20, 24), 0.008065, 0.004032, 0.002016, 0.001008);
        double[] collected = HALF_BURNED.shares(20);
        assertThat(collected[0]).isCloseTo(0.033333, within(1e-6));
        assertThat(collected[19]).isCloseTo(0.016667, within(1e-6));
        assertStart(new WeightRule(3, 10, 0.5).shares(5), 0.166667, 0.125, 0.083333, 0.083333, 0.041667);
        assertStart(new WeightRule(5, 10, 0.5).shares(6), 0.125, 0.109375, 0.09375, 0.078125, 0.0625, 0.03125);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 19, 20, 21, 25, 30, 31, 200})
    void shouldSumToWhatIsNotBurnedAndNeverRise(int peers) {
        double[] shares = WeightRule.DEFAULT.shares(peers);
        assertThat(shares).hasSize(Math.min(30, peers));
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
        for (int i = 1; i < shares.length; i++) {
            assertThat(shares[i]).isPositive().isLessThanOrEqualTo(shares[i - 1]);
        }
    }

    @Test
    void shouldGiveNothingToNobody() {
        assertThat(WeightRule.DEFAULT.shares(0)).isEmpty();
        assertThat(Weights.of(3, new TreeMap<>(), WeightRule.DEFAULT).values()).isEmpty();
    }

    @Test
    void shouldRankFinalScoresAboveZeroWithTiesToTheLowerHotkey() {
        TreeMap<Hotkey, Double> scores = new TreeMap<>();
        scores.put(hotkey(1), 0.0);
        scores.put(hotkey(2), 1.0);
        scores.put(hotkey(3), 2.0);
        scores.put(hotkey(4), 1.0);
        scores.put(hotkey(5), -1.0);
        Weights weights = Weights.of(7, scores, WeightRule.DEFAULT);
        assertThat(weights.values()).containsOnlyKeys(hotkey(2), hotkey(3), hotkey(4));
        assertThat(weights.values())
                .containsEntry(hotkey(3), 65_535)
                .containsEntry(hotkey(2), 49_151)
                .containsEntry(hotkey(4), 32_768);
        assertThat(weights.share(hotkey(3))).isCloseTo(2 / 4.5, within(1e-4));
        assertThat(weights.share(hotkey(1))).isZero();
    }
}

package covey.protocol.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values come from openskill.py. */
class PlackettLuceTest {
    private static final Offset<Double> CLOSE = within(1e-6);

    static LongStream seeds() {
        return Seed.range(50);
    }

    private static List<Rating> fresh(int count) {
        return Collections.nCopies(count, Rating.FRESH);
    }

    private static void assertRating(Rating rating, double mu, double sigma) {
        assertThat(rating.mu()).isCloseTo(mu, CLOSE);
        assertThat(rating.sigma()).isCloseTo(sigma, CLOSE);
    }

    @Test
    void shouldRateTwoPlayersAsOpenSkill() {
        List<Rating> once = PlackettLuce.rate(fresh(2), new double[] {0.3, 0.1});
        assertRating(once.get(0), 27.256209, 8.166896);
        assertRating(once.get(1), 22.743791, 8.166896);
        assertThat(once.get(0).ordinal()).isCloseTo(2.755520, CLOSE);
        assertThat(once.get(1).ordinal()).isCloseTo(-1.756899, CLOSE);
        List<Rating> twice = PlackettLuce.rate(once, new double[] {0.1, 0.3});
        assertRating(twice.get(0), 24.740822, 8.011435);
        assertRating(twice.get(1), 25.259178, 8.011435);
    }

    @Test
    void shouldRateThreePlayersAsOpenSkill() {
        List<Rating> rated = PlackettLuce.rate(fresh(3), new double[] {0.3, 0.1, -99});
        assertRating(rated.get(0), 27.456249, 8.253535);
        assertRating(rated.get(1), 25.614062, 8.162140);
        assertRating(rated.get(2), 21.929688, 8.162140);
    }

    @Test
    void shouldShareRanksAsOpenSkill() {
        List<Rating> rated = PlackettLuce.rate(fresh(3), new double[] {0.3, 0.3, -99});
        assertRating(rated.get(0), 25.614062, 8.253535);
        assertRating(rated.get(1), 25.614062, 8.253535);
        assertRating(rated.get(2), 23.771875, 8.253535);
    }

    @Test
    void shouldRateFivePlayersAndUnequalOnesAsOpenSkill() {
        double[] ordinals = PlackettLuce.rate(fresh(5), new double[] {5, 4, 3, 2, 1}).stream()
                .mapToDouble(Rating::ordinal)
                .toArray();
        assertThat(ordinals)
                .containsExactly(new double[] {2.361774, 1.742907, 0.904205, -0.395457, -3.249361}, within(1e-6));
        List<Rating> rated = PlackettLuce.rate(
                List.of(new Rating(25, 8), new Rating(30, 4), new Rating(20, 2)), new double[] {1, 2, 3});
        assertRating(rated.get(0), 21.883142, 7.726674);
        assertRating(rated.get(1), 29.970075, 3.983307);
        assertRating(rated.get(2), 20.202755, 2.002091);
    }

    @Test
    void shouldSpreadTwentyPlayersAsOpenSkill() {
        List<Rating> rated = fresh(20);
        for (int match = 0; match < 50; match++) {
            rated = PlackettLuce.rate(
                    rated, LongStream.range(0, 20).mapToDouble(i -> -i).toArray());
        }
        assertThat(rated.get(0).mu()).isCloseTo(91.3, within(0.1));
        assertThat(rated.get(19).mu()).isCloseTo(-72.1, within(0.1));
    }

    @Test
    void shouldLeaveASinglePlayerAlone() {
        assertThat(PlackettLuce.rate(fresh(1), new double[] {1})).isEqualTo(fresh(1));
        assertThat(PlackettLuce.rate(List.of(), new double[] {})).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldOrderNewcomersByScoreAndNeverWiden(long number) {
        Seed seed = Seed.of(number);
        int count = 2 + seed.nextInt(30);
        double[] scores = seed.doubles(count).toArray();
        List<Rating> rated = PlackettLuce.rate(fresh(count), scores);
        List<Integer> order = new ArrayList<>(
                LongStream.range(0, count).mapToInt(i -> (int) i).boxed().toList());
        order.sort((a, b) -> Double.compare(scores[b], scores[a]));
        for (int i = 1; i < count; i++) {
            assertThat(rated.get(order.get(i)).mu())
                    .as(seed.toString())
                    .isLessThan(rated.get(order.get(i - 1)).mu());
        }
        assertThat(rated).as(seed.toString()).allMatch(r -> r.sigma() > 0 && r.sigma() < Rating.FRESH.sigma() + 0.001);
    }
}

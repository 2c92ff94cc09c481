package covey.protocol.score;

import static covey.protocol.score.WeightsTest.hotkey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.trust.Trust;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScoreBookTest {
    private static final int PEERS = 8;

    static LongStream seeds() {
        return Seed.range(40);
    }

    /** Mean gains in units of their standard errors, as measured on small models: a few. */
    private static Outcome scored(int peer, double own, double random, Seed noise) {
        return new Outcome.Scored(
                hotkey(peer),
                new LossScore(
                        new Gains(32, own + noise.nextGaussian() * 0.3, 0.09),
                        new Gains(32, random + noise.nextGaussian() * 0.3, 0.09)));
    }

    private static ScoreBook.Round round(long round, List<Outcome> outcomes) {
        TreeSet<Hotkey> all = new TreeSet<>();
        outcomes.forEach(o -> all.add(o.hotkey()));
        return new ScoreBook.Round(round, outcomes, all, 0);
    }

    private static List<Outcome> honest(int count, Seed noise) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int peer = 1; peer <= count; peer++) {
            outcomes.add(scored(peer, 1.5, 1, noise));
        }
        return outcomes;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotDependOnTheOrderOfOutcomes(long number) {
        Seed seed = Seed.of(number);
        ScoreBook one = ScoreBook.EMPTY;
        ScoreBook other = ScoreBook.EMPTY;
        for (int round = 1; round <= 5; round++) {
            List<Outcome> outcomes = honest(PEERS, seed);
            outcomes.set(2, new Outcome.Missing(hotkey(3)));
            one = one.after(round(round, outcomes)).next();
            List<Outcome> shuffled = new ArrayList<>(outcomes);
            Collections.shuffle(shuffled, Random.from(seed));
            other = other.after(round(round, shuffled)).next();
        }
        assertThat(other).as(seed.toString()).isEqualTo(one);
    }

    /** Copying now and then makes nobody a newcomer again. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotPayOneThatCopiesNowAndThenAndNeverTrains(long number) {
        Seed seed = Seed.of(number);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 40; round++) {
            List<Outcome> outcomes = honest(PEERS, seed);
            outcomes.add(
                    round % 3 == 0
                            ? new Outcome.Copied(hotkey(PEERS + 1), hotkey(1), round - 1, 1)
                            : scored(PEERS + 1, 1, 1.3, seed));
            book = book.after(round(round, outcomes)).next();
        }
        assertThat(book.weights(WeightRule.DEFAULT).share(hotkey(PEERS + 1)))
                .as(seed.toString())
                .isZero();
    }

    /** A newcomer that trains like the others is paid within so many rounds of scores. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPayAnHonestNewcomerSoon(long number) {
        Seed seed = Seed.of(number);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 30; round++) {
            book = book.after(round(round, honest(PEERS, seed))).next();
        }
        int waited = 0;
        while (book.weights(WeightRule.DEFAULT).share(hotkey(PEERS + 1)) == 0) {
            waited++;
            book = book.after(round(30 + waited, honest(PEERS + 1, seed))).next();
            assertThat(waited).as(seed.toString()).isLessThan(40);
        }
    }

    /** Where a round pays for one measurement only; now and then one of equals has lost too often. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldPayHonestTrainersThatAreMeasuredOneARound(long number) {
        Seed seed = Seed.of(number);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 60; round++) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int peer = 1; peer <= 4; peer++) {
                boolean turn = round % 4 == peer % 4;
                double fading = 1.0 / round;
                outcomes.add(turn ? scored(peer, 1 + fading, fading, seed) : new Outcome.Unscored(hotkey(peer)));
            }
            book = book.after(round(round, outcomes)).next();
        }
        Weights weights = book.weights(WeightRule.DEFAULT);
        assertThat(weights.values()).as(seed.toString()).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotPayOneThatNeverTrainsOnItsSamples(long number) {
        Seed seed = Seed.of(number);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 40; round++) {
            List<Outcome> outcomes = honest(PEERS, seed);
            outcomes.add(scored(PEERS + 1, 1, 1.2, seed));
            book = book.after(round(round, outcomes)).next();
        }
        Weights weights = book.weights(WeightRule.DEFAULT);
        assertThat(book.standing(hotkey(PEERS + 1)).evidence().isFull()).isTrue();
        assertThat(weights.share(hotkey(PEERS + 1))).as(seed.toString()).isZero();
        assertThat(book.standing(hotkey(1)).trust().trustQ16())
                .as(seed.toString())
                .isEqualTo(65_536);
        assertThat(book.standing(hotkey(PEERS + 1)).trust().trustQ16())
                .as(seed.toString())
                .isEqualTo(16_384);
    }

    @Test
    void shouldLowerAScoreForEachMissedRoundAndSayWhy() {
        Seed noise = Seed.of(5);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 30; round++) {
            book = book.after(round(round, honest(2, noise))).next();
        }
        Hotkey better = book.standing(hotkey(1)).score() > 0 ? hotkey(1) : hotkey(2);
        double before = book.standing(better).score();
        List<Double> factors = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            ScoreBook.Page page = book.after(round(30 + i, List.of(new Outcome.Missing(better))));
            assertThat(page.verdicts().getFirst().penalties().getFirst().reason())
                    .isEqualTo("missing, " + i + " in a row");
            book = page.next();
            factors.add(book.standing(better).score() / before);
        }
        assertThat(before).isPositive();
        assertThat(factors).containsExactly(0.75, 0.375, 0.0);
    }

    @Test
    void shouldTakeTrustAndScoreOfACopierAndLeaveItsVictimAlone() {
        Seed noise = Seed.of(6);
        ScoreBook book = ScoreBook.EMPTY;
        for (int round = 1; round <= 30; round++) {
            book = book.after(round(round, honest(4, noise))).next();
        }
        List<Outcome> outcomes = honest(4, noise);
        outcomes.set(3, new Outcome.Copied(hotkey(4), hotkey(1), 30, 0.9));
        ScoreBook.Page page = book.after(round(31, outcomes));
        Standing copier = page.next().standing(hotkey(4));
        assertThat(copier.score()).isZero();
        assertThat(copier.trust()).isEqualTo(Trust.NONE);
        assertThat(copier.evidence()).isEqualTo(book.standing(hotkey(4)).evidence());
        assertThat(page.verdicts().get(0).penalties()).isEmpty();
        assertThat(page.verdicts().get(3).penalties().getFirst().reason()).startsWith("copy of ");
    }

    @Test
    void shouldRateARefusedContributionBelowAllOthers() {
        Seed noise = Seed.of(7);
        List<Outcome> outcomes = honest(3, noise);
        outcomes.set(0, new Outcome.Refused(hotkey(1), 12));
        ScoreBook.Page page = ScoreBook.EMPTY.after(round(1, outcomes));
        double refused = page.next().standing(hotkey(1)).rating().mu();
        assertThat(refused).isLessThan(page.next().standing(hotkey(2)).rating().mu());
        assertThat(refused).isLessThan(page.next().standing(hotkey(3)).rating().mu());
        assertThat(page.verdicts().getFirst().penalties()).containsExactly(new Penalty("rejected, code 12", 0));
    }

    @Test
    void shouldWeighSyncAndRecoverAtOnce() {
        Standing standing = Standing.FRESH;
        assertThat(standing.sync()).isEqualTo(1.0);
        Seed noise = Seed.of(8);
        ScoreBook.Round strayed = new ScoreBook.Round(1, honest(1, noise), new TreeSet<>(), 0);
        ScoreBook book = ScoreBook.EMPTY.after(strayed).next();
        assertThat(book.standing(hotkey(1)).sync()).isEqualTo(0.75);
        book = book.after(round(2, honest(1, noise))).next();
        assertThat(book.standing(hotkey(1)).sync()).isEqualTo(1.0);
    }

    @Test
    void shouldCountARoundOnce() {
        ScoreBook book = ScoreBook.EMPTY.after(round(1, List.of())).next();
        assertThatThrownBy(() -> book.after(round(1, List.of()))).isInstanceOf(IllegalArgumentException.class);
    }
}

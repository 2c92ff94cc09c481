package covey.protocol.ledger.economy;

import static covey.protocol.ledger.economy.EconomyRun.cold;
import static covey.protocol.ledger.economy.EconomyRun.commit;
import static covey.protocol.ledger.economy.EconomyRun.hot;
import static covey.protocol.ledger.economy.EconomyRun.reveal;
import static covey.protocol.ledger.economy.EconomyRun.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.testing.Seed;
import covey.protocol.yuma.EpochInput.Cell;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules are for, measured in units over many epochs. */
class EconomyScenarioTest {
    private static final int TRAINERS = 5;

    /** Three validators with the given stakes at uids 0 to 2, five trainers at uids 3 to 7; nobody keeps a take. */
    private static EconomyRun run(String rule, int revealEpochs, long... stakes) {
        Economics e = EconomyRun.economics(rule, revealEpochs, 16, stakes);
        return new EconomyRun(
                new Economics(
                        e.free(),
                        e.staked(),
                        e.emission(),
                        e.registration(),
                        e.weights(),
                        new Economics.Takes(0, 11796),
                        e.mechanisms(),
                        e.mechanismBurn(),
                        e.tempoBlocks()),
                12,
                3 + TRAINERS);
    }

    /** The best trainer has most of the row, the next one less; who is best moves on each third epoch. */
    private static SetWeights truth(long epoch) {
        int[] values = new int[3 + TRAINERS];
        int best = (int) (epoch / 3 % TRAINERS);
        for (int i = 0; i < TRAINERS; i++) {
            values[3 + i] = i == best ? 60_000 : i == (best + 1) % TRAINERS ? 20_000 : 100;
        }
        values[0] = values[1] = values[2] = -1;
        return weights(0, values);
    }

    /** What anyone can read after the last epoch. */
    private static SetWeights consensus(EconomyRun run) {
        int[] values = {-1, -1, -1, 0, 0, 0, 0, 0};
        for (int uid = 3; uid < values.length; uid++) {
            values[uid] = run.row(uid).score().consensus();
        }
        return weights(0, values);
    }

    /** Returns what the copier's stake grew to, as a share of the honest validator's with as much at the start. */
    private static double copierShare(String rule) {
        EconomyRun run = run(rule, 1, 600_000_000, 200_000_000, 200_000_000).epoch();
        List<SetWeights> before = List.of();
        for (int i = 0; i < 60; i++) {
            List<SetWeights> now = List.of(truth(i), truth(i), consensus(run));
            for (int v = 0; v < 3; v++) {
                if (!before.isEmpty()) {
                    run.must(hot(v), reveal(before.get(v)));
                }
                run.must(hot(v), commit(v, now.get(v)));
            }
            before = now;
            run.epoch();
        }
        double copier = run.economy().stakeOf(hot(2)) - 200_000_000;
        double honest = run.economy().stakeOf(hot(1)) - 200_000_000;
        return copier / honest;
    }

    @ParameterizedTest
    @ValueSource(strings = {"yuma2", "yuma3", "yuma3-liquid"})
    void shouldPayAWeightCopierLessThanAnHonestValidatorWhenRankingsMove(String rule) {
        assertThat(copierShare(rule)).as(rule).isBetween(0.3, 0.6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yuma2", "yuma3", "yuma3-liquid"})
    void shouldNotLetACabalUnderKappaRaiseItsTrainer(String rule) {
        EconomyRun run = run(rule, 0, 510_000, 250_000, 240_000).epoch();
        long cabal = 0;
        long others = 0;
        long honest = run.economy().stakeOf(hot(0));
        long conspirator = run.economy().stakeOf(hot(1));
        for (int i = 0; i < 20; i++) {
            run.must(hot(0), weights(0, -1, -1, -1, 100, 100, 100, 100));
            run.must(hot(1), weights(0, -1, -1, -1, -1, -1, -1, -1, 100));
            run.must(hot(2), weights(0, -1, -1, -1, -1, -1, -1, -1, 100)).epoch();
            cabal += run.row(7).score().pay();
            others += run.row(3).score().pay();
        }
        assertThat(cabal).isZero();
        assertThat(others).isPositive();
        assertThat(run.free(7)).isEqualTo(1_000_000);
        assertThat(run.economy().stakeOf(hot(0))).isGreaterThan(honest);
        assertThat(run.economy().stakeOf(hot(1)))
                .as("nor do its validators earn")
                .isEqualTo(conspirator);
    }

    @Test
    void shouldNotRaiseWhatTheMajorityGivesALittle() {
        EconomyRun run = run("yuma3", 0, 510_000, 250_000, 240_000).epoch();
        run.must(hot(0), weights(0, -1, -1, -1, 100, 100, 100, 100, 1));
        run.must(hot(1), weights(0, -1, -1, -1, -1, -1, -1, -1, 100));
        run.must(hot(2), weights(0, -1, -1, -1, -1, -1, -1, -1, 100)).epoch();
        int alone = 65535 / 401;
        assertThat(run.row(7).score().consensus()).isBetween(alone - 1, alone + 1);
    }

    @Test
    void shouldLetAReusedUidInheritNothing() {
        Economics e = EconomyRun.economics("yuma3", 0, 4, 5_000, 3_000);
        EconomyRun run = new EconomyRun(e, 8, 4).epoch();
        run.must(hot(0), weights(0, -1, -1, 100, 50)).must(hot(1), weights(0, -1, -1, 100, 50));
        run.must(hot(2), weights(0, -1, -1, 5)).epoch().epoch();
        assertThat(run.row(2).score().pay()).isPositive();
        assertThat(run.row(0).bonds())
                .contains(new Cell(2, run.row(0).bonds().getFirst().value()));
        run.must(cold(6), new EconomyStatement.BuyUid(hot(6), 9_000)).block();
        int uid = run.economy().uidOf(hot(6)).orElseThrow();
        assertThat(uid).as("who earned least").isEqualTo(3);
        assertThat(run.row(uid)).isEqualTo(Mechanism.Row.fresh(run.height() - 1));
        assertThat(run.row(0).weights()).contains(new Cell(uid, 0));
        run.epoch();
        assertThat(run.row(uid).score().pay()).isZero();
        assertThat(run.row(0).bonds()).noneMatch(cell -> cell.uid() == uid);
        assertThat(run.economy().uidOf(hot(3))).isEqualTo(Optional.empty());
        run.must(hot(0), weights(0, -1, -1, 100, 50)).must(hot(1), weights(0, -1, -1, 100, 50));
        run.epoch();
        assertThat(run.row(uid).score().pay()).as("what it earns itself").isPositive();
    }

    @Test
    void shouldConserveSupplyToTheUnitOverTenThousandBlocks() {
        Seed seed = Seed.of(1);
        RandomEconomy random = new RandomEconomy(seed);
        long allocated = random.run().economy().totals().issued();
        long emitted = 0;
        for (int i = 0; i < 10_000; i++) {
            emitted += EpochRules.blockAmount(
                    EconomyRun.economics("yuma2", 0, 1).emission(),
                    random.run().economy().totals().issued());
            random.block();
        }
        Economy economy = random.run().economy();
        assertThat(economy.totals().issued()).as(seed.toString()).isEqualTo(allocated + emitted);
        assertThat(economy.held())
                .as(seed.toString())
                .isEqualTo(economy.totals().issued() - economy.totals().burned());
        assertThat(economy.totals().burned()).isPositive();
        assertThat(random.counted()).as("statements that counted").isGreaterThan(3_000);
    }

    /** Whatever an account has more than at the start is explained by payments and its own statements. */
    @Test
    void shouldExplainEachUnitThatWasPaid() {
        EconomyRun run = run("yuma3", 0, 500_000, 250_000, 250_000);
        run.must(cold(3), new EconomyStatement.AddStake(hot(0), 100_000));
        run.must(
                cold(4),
                new EconomyStatement.OpenStream(
                        cold(4), 30, List.of(new EconomyStatement.Share(cold(9), 1)), 3, 10_000, 0));
        run.epoch();
        for (int i = 0; i < 5; i++) {
            for (int v = 0; v < 3; v++) {
                run.must(hot(v), truth(i));
            }
            run.epoch();
        }
        for (int i = 0; i < 12; i++) {
            long kept = kept(run, i, false);
            assertThat(run.free(i)).as("account " + i).isEqualTo(1_000_000 - (i == 3 ? 100_000 : 0) + kept);
        }
        assertThat(run.economy().stakes().values().stream()
                        .mapToLong(Economy::sum)
                        .sum())
                .isEqualTo(
                        1_100_000 + kept(run, 0, true) + kept(run, 1, true) + kept(run, 2, true) + kept(run, 3, true));
        assertThat(run.free(9)).as("what the stream of account 4 brought").isGreaterThan(1_000_000);
    }

    private static long kept(EconomyRun run, int account, boolean staked) {
        return run.payments().stream()
                .filter(p -> p.account().equals(cold(account)) && p.kind() == Payment.Kind.DIVIDEND == staked)
                .mapToLong(p -> p.amount() - p.streamed())
                .sum();
    }

    @Test
    void shouldPayWithPublishedDefaults() {
        List<Genesis.Member> members = List.of(
                new Genesis.Member(hot(0), cold(0), Role.VALIDATOR.bit(), "v"),
                new Genesis.Member(hot(1), cold(1), Role.TRAINER.bit(), "t"));
        Economics published = Economics.published(
                members,
                20,
                List.of(
                        new Economics.First("pre-training", "yuma3-liquid", 0, Optional.empty()),
                        new Economics.First("availability", "yuma3", 0, Optional.empty())));
        EconomyRun run = new EconomyRun(published, 4, 2).epoch();
        run.must(hot(0), weights(0, -1, 1)).epoch();
        assertThat(run.free(1)).as("half of half of 20 blocks").isBetween(1_004_999_999_990L, 1_005_000_000_000L);
    }

    @Test
    void shouldHalveEmissionWithWhatIsIssued() {
        Economics.Emission emission = new Economics.Emission(1_000, 21_000_000, 0, List.of());
        assertThat(EpochRules.blockAmount(emission, 0)).isEqualTo(1_000);
        assertThat(EpochRules.blockAmount(emission, 10_499_999)).isEqualTo(1_000);
        assertThat(EpochRules.blockAmount(emission, 10_500_000)).isEqualTo(500);
        assertThat(EpochRules.blockAmount(emission, 15_750_000)).isEqualTo(250);
        assertThat(EpochRules.blockAmount(emission, 20_999_999)).isZero();
        assertThat(EpochRules.blockAmount(emission, 21_000_000)).isZero();
    }

    @Test
    void shouldSplitEighteenFortyOneFortyOne() {
        Economics e = EconomyRun.economics("yuma3", 0, 4, 5_000);
        Economics owned = new Economics(
                e.free(),
                e.staked(),
                e.emission(),
                e.registration(),
                e.weights(),
                new Economics.Takes(0, 0),
                List.of(new Economics.First("pre-training", "yuma3", 0, Optional.of(hot(7)))),
                e.mechanismBurn(),
                e.tempoBlocks());
        EconomyRun run = new EconomyRun(owned, 8, 3).epoch();
        long stake = run.economy().stakeOf(hot(0));
        long owner = run.free(7);
        run.must(hot(0), weights(0, -1, 1)).epoch();
        double pot = 100_000 * EconomyRun.TEMPO;
        assertThat((run.free(7) - owner) / pot).isCloseTo(0.18, within(1e-4));
        assertThat((run.free(1) - 1_000_000) / pot).isCloseTo(0.41, within(1e-4));
        assertThat((run.economy().stakeOf(hot(0)) - stake) / pot).isCloseTo(0.41, within(1e-4));
    }
}

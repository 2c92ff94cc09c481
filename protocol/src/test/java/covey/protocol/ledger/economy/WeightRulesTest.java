package covey.protocol.ledger.economy;

import static covey.protocol.ledger.economy.EconomyRun.cold;
import static covey.protocol.ledger.economy.EconomyRun.commit;
import static covey.protocol.ledger.economy.EconomyRun.hot;
import static covey.protocol.ledger.economy.EconomyRun.reveal;
import static covey.protocol.ledger.economy.EconomyRun.weights;
import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.Follow;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.ResetBonds;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.Yuma;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each check of a row of weights, in its place. */
class WeightRulesTest {
    /** Hotkeys 0 and 1 judge; uids 0 to 3 are taken; the first epoch has given permits. */
    private final EconomyRun run = new EconomyRun(EconomyRun.economics("yuma3", 0, 8, 5_000, 3_000), 8, 4).epoch();

    private final EconomyRun hidden = new EconomyRun(EconomyRun.economics("yuma3", 2, 8, 5_000, 3_000), 8, 4).epoch();

    private static final Yuma STRICT = new Yuma(32767, 900_000, 65535, 5000, 8, 4_000, false);

    @Test
    void shouldStoreARowScaledWithItsZeros() {
        run.must(hot(0), new SetWeights(0, List.of(3, 1, 2), List.of(4, 0, 2), 0))
                .block();
        assertThat(run.row(0).weights()).containsExactly(new Cell(1, 0), new Cell(2, 32768), new Cell(3, 65535));
        assertThat(run.row(0).lastUpdate()).isEqualTo(run.height() - 1);
    }

    @Test
    void shouldCheckTheShapeFirst() {
        SetWeights uneven = new SetWeights(9, List.of(1), List.of(), 0);
        assertThat(run.say(hot(7), uneven)).contains(Why.WEIGHT_VEC_NOT_EQUAL_SIZE);
        assertThat(run.say(hot(7), weights(9, 1, 1, 1, 1, 1, 1))).contains(Why.MECHANISM_DOES_NOT_EXIST);
        assertThat(run.say(hot(7), weights(0, 1, 1, 1, 1, 1, 1))).contains(Why.UIDS_LENGTH_EXCEED_UIDS);
        assertThat(run.say(hot(7), weights(0, 1))).contains(Why.HOTKEY_NOT_REGISTERED);
    }

    private EconomyRun strict(long versionKey) {
        Terms terms = new Terms(new EpochRule.Yuma3(STRICT, Optional.empty()), 0, versionKey);
        run.must(cold(7), new RegisterMechanism(hot(7), "strict", terms, Hash.ZERO, 1_000_000));
        return run.block();
    }

    @Test
    void shouldWantStakeThenVersionThenPace() {
        strict(7);
        assertThat(run.say(hot(3), weights(1, 1, 1, 1, 1))).contains(Why.NOT_ENOUGH_STAKE_TO_SET_WEIGHTS);
        assertThat(run.say(hot(0), new SetWeights(1, List.of(2, 2), List.of(1, 1), 6)))
                .contains(Why.INCORRECT_WEIGHT_VERSION_KEY);
        run.must(hot(0), new SetWeights(1, List.of(0), List.of(1), 7)).block();
        Refused fast = run.refusal(hot(0), new SetWeights(1, List.of(2, 2), List.of(1, 1), 7))
                .orElseThrow();
        assertThat(fast.why()).isEqualTo(Why.SETTING_WEIGHTS_TOO_FAST);
        assertThat(fast.nextHeight()).isEqualTo(run.height() + 1);
    }

    @Test
    void shouldLetTheOwnerJudgeWithoutStake() {
        EconomyRun owned = strict(0);
        owned.must(cold(7), new EconomyStatement.BuyUid(hot(7), 9_000)).blocks(3);
        owned.must(hot(7), weights(1, 1, 1, 1, 1));
    }

    @Test
    void shouldWantAPermitUnlessForItself() {
        assertThat(run.say(hot(3), weights(0, 1, 1, 1, 1))).contains(Why.NEURON_NO_VALIDATOR_PERMIT);
        run.must(hot(3), weights(0, -1, -1, -1, 1));
    }

    @Test
    void shouldCheckUidsAndLengths() {
        assertThat(run.say(hot(0), new SetWeights(0, List.of(2, 2), List.of(1, 1), 0)))
                .contains(Why.DUPLICATE_UIDS);
        assertThat(run.say(hot(0), new SetWeights(0, List.of(2, 4), List.of(1, 1), 0)))
                .contains(Why.UID_VEC_CONTAINS_INVALID_ONE);
        Economics e = EconomyRun.economics("yuma3", 0, 8, 5_000);
        Economics narrow = new Economics(
                e.free(),
                e.staked(),
                e.emission(),
                e.registration(),
                new Economics.Weights(2, 3, 32_768, 5),
                e.takes(),
                e.mechanisms(),
                e.mechanismBurn(),
                e.tempoBlocks());
        EconomyRun other = new EconomyRun(narrow, 8, 4).epoch();
        assertThat(other.say(hot(0), weights(0, -1, 1, 1))).contains(Why.WEIGHT_VEC_LENGTH_IS_LOW);
        assertThat(other.say(hot(0), weights(0, -1, 1, 1, 3))).contains(Why.MAX_WEIGHT_EXCEEDED);
        other.must(hot(0), weights(0, 1)).blocks(2).must(hot(0), weights(0, -1, 1, 1, 2));
    }

    // ---- commit and reveal

    @Test
    void shouldRefuseOpenWeightsWhereTheyAreCommitted() {
        assertThat(hidden.say(hot(0), weights(0, 1, 1))).contains(Why.COMMIT_REVEAL_ENABLED);
        assertThat(run.say(hot(0), new CommitWeights(0, Hash.ZERO))).contains(Why.COMMIT_REVEAL_DISABLED);
        assertThat(run.say(hot(0), new CommitWeights(8, Hash.ZERO))).contains(Why.MECHANISM_DOES_NOT_EXIST);
        assertThat(hidden.say(hot(7), new CommitWeights(0, Hash.ZERO))).contains(Why.HOTKEY_NOT_REGISTERED);
    }

    @Test
    void shouldRevealInItsEpochOnly() {
        SetWeights row = weights(0, -1, -1, 2, 1);
        hidden.must(hot(0), commit(0, row)).block();
        long committed = hidden.row(0).lastUpdate();
        Refused early = hidden.refusal(hot(0), reveal(row)).orElseThrow();
        assertThat(early.why()).isEqualTo(Why.REVEAL_TOO_EARLY);
        hidden.blocks((int) (early.nextHeight() - hidden.height()));
        hidden.must(hot(0), reveal(row)).block();
        assertThat(hidden.row(0).weights()).hasSize(2);
        assertThat(hidden.row(0).lastUpdate()).isEqualTo(committed);
        assertThat(hidden.row(0).commits()).isEmpty();
        assertThat(hidden.say(hot(0), reveal(row))).contains(Why.NO_WEIGHTS_COMMIT_FOUND);
    }

    @Test
    void shouldRefuseToRevealSomethingElseOrTooLate() {
        SetWeights row = weights(0, -1, -1, 2, 1);
        hidden.must(hot(0), commit(0, row)).epoch().epoch();
        assertThat(hidden.say(hot(0), reveal(weights(0, -1, -1, 1, 2))))
                .contains(Why.INVALID_REVEAL_COMMIT_HASH_NOT_MATCH);
        hidden.epoch();
        assertThat(hidden.say(hot(0), reveal(row))).contains(Why.NO_WEIGHTS_COMMIT_FOUND);
    }

    @Test
    void shouldForgetOlderCommitsWhenALaterOneIsRevealed() {
        SetWeights first = weights(0, -1, -1, 2, 1);
        SetWeights second = weights(0, -1, -1, 1, 2);
        hidden.must(hot(0), commit(0, first)).blocks(2);
        hidden.must(hot(0), commit(0, second)).epoch().epoch();
        hidden.must(hot(0), reveal(second));
        assertThat(hidden.say(hot(0), reveal(first))).contains(Why.NO_WEIGHTS_COMMIT_FOUND);
    }

    @Test
    void shouldLimitCommits() {
        Refused fast = hidden.must(hot(0), new CommitWeights(0, Hash.ZERO))
                .block()
                .refusal(hot(0), new CommitWeights(0, Hash.ZERO))
                .orElseThrow();
        assertThat(fast.why()).isEqualTo(Why.COMMITTING_WEIGHTS_TOO_FAST);
        Economics e = EconomyRun.economics("yuma3", 100, 8, 5_000);
        EconomyRun slow = new EconomyRun(e, 8, 4).epoch();
        for (int i = 0; i < Limits.COMMITS_MAX_COUNT; i++) {
            slow.must(hot(0), new CommitWeights(0, new Hash(0, 0, 0, i))).blocks(2);
        }
        assertThat(slow.say(hot(0), new CommitWeights(0, Hash.ZERO))).contains(Why.TOO_MANY_UNREVEALED_COMMITS);
    }

    @Test
    void shouldNotRevealForWhomTookTheUidSince() {
        Economics e = EconomyRun.economics("yuma3", 1, 4, 5_000, 3_000);
        EconomyRun full = new EconomyRun(e, 8, 4).epoch().epoch();
        SetWeights row = weights(0, -1, -1, 2, 1);
        full.must(hot(0), commit(0, row)).block();
        full.must(cold(6), new EconomyStatement.BuyUid(hot(6), 9_000)).epoch();
        int uid = full.economy().uidOf(hot(6)).orElseThrow();
        assertThat(uid).isEqualTo(2);
        full.must(hot(0), reveal(row)).epoch();
        assertThat(full.row(0).weights()).containsExactly(new Cell(2, 0), new Cell(3, 32768));
        assertThat(full.row(2).score().pay()).isZero();
    }

    // ---- the rest

    /** Each height that the schedule names is the first, or the last, that counts. */
    @Test
    void shouldComputeWhenWeightsCount() {
        Economics economics = EconomyRun.economics("yuma3", 2, 8, 5_000, 3_000);
        SetWeights row = weights(0, -1, -1, 2, 1);
        hidden.must(hot(0), commit(0, row)).block();
        WeightSchedule schedule = WeightSchedule.of(economics, hidden.economy(), hot(0), 0, hidden.height() - 1)
                .orElseThrow();
        assertThat(schedule.permit()).isTrue();
        WeightSchedule.Reveal reveal = schedule.reveals().getFirst();
        while (hidden.height() < schedule.nextHeight()) {
            assertThat(hidden.say(hot(0), commit(0, row))).contains(Why.COMMITTING_WEIGHTS_TOO_FAST);
            hidden.block();
        }
        while (hidden.height() < reveal.from()) {
            assertThat(hidden.say(hot(0), reveal(row))).contains(Why.REVEAL_TOO_EARLY);
            hidden.block();
        }
        hidden.blocks((int) (reveal.through() - hidden.height())).must(hot(0), reveal(row));
        assertThat(schedule.staleHeight() - schedule.updatedHeight()).isEqualTo(139);
        assertThat(hidden.block().say(hot(0), reveal(row))).contains(Why.NO_WEIGHTS_COMMIT_FOUND);
        assertThat(WeightSchedule.of(economics, hidden.economy(), hot(7), 0, 1)).isEmpty();
        assertThat(WeightSchedule.of(economics, hidden.economy(), hot(0), 5, 1)).isEmpty();
    }

    @Test
    void shouldForgetBondsOnRequest() {
        run.must(hot(0), weights(0, -1, -1, 1, 1)).epoch();
        assertThat(run.row(0).bonds()).hasSize(2);
        int before = run.row(0).bonds().getFirst().value();
        run.must(hot(2), new ResetBonds(0)).epoch();
        assertThat(run.row(0).bonds().getFirst().value()).isEqualTo(before);
        assertThat(run.row(0).bonds().getLast().value()).isGreaterThan(before);
        assertThat(run.say(hot(7), new ResetBonds(0))).contains(Why.HOTKEY_NOT_REGISTERED);
        assertThat(run.say(hot(2), new ResetBonds(9))).contains(Why.MECHANISM_DOES_NOT_EXIST);
    }

    @Test
    void shouldFollowAnotherInTheLinearRule() {
        EconomyRun linear = new EconomyRun(EconomyRun.economics("linear", 0, 8, 5_000, 5_000), 8, 4);
        linear.must(hot(0), weights(0, -1, -1, 1)).must(hot(1), new Follow(0, hot(0)));
        linear.epoch();
        assertThat(linear.row(2).score().incentive()).isEqualTo(65535);
        assertThat(linear.row(1).score().dividends()).isEqualTo(32767);
        linear.must(hot(1), new Follow(0, hot(1))).epoch();
        assertThat(linear.row(1).score().dividends()).isZero();
        assertThat(linear.say(hot(1), new Follow(0, hot(7)))).contains(Why.UID_VEC_CONTAINS_INVALID_ONE);
    }

    @Test
    void shouldNameRefusalsAsBittensorDoes() {
        assertThat(Why.SETTING_WEIGHTS_TOO_FAST.published()).isEqualTo("SettingWeightsTooFast");
        assertThat(Collections.list(Collections.enumeration(List.of(Why.values()))))
                .allSatisfy(why -> assertThat(why.published()).doesNotContain(" "));
    }
}

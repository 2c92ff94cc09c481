package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rule H7: whose contribution enters θ with a quarter. */
class TrustTest {
    private static final int QUARTER = Limits.FACTOR_ONE / 4;

    private final TestRun run = TestRun.of(3, 3, 1).open();

    private Hotkey trainer(int index) {
        return run.trainer(index).hotkey();
    }

    private SortedMap<Hotkey, Boolean> all(boolean passed, int... trainers) {
        TreeMap<Hotkey, Boolean> found = new TreeMap<>();
        Arrays.stream(trainers).forEach(i -> found.put(trainer(i), passed));
        return found;
    }

    /** Of the last sealed round. */
    private TestRun evaluate(int validator, SortedMap<Hotkey, Boolean> found) {
        return run.validator(validator, new Evaluate(run.state().lastSealed(), found));
    }

    private void passes(int... trainers) {
        run.finishRound();
        evaluate(0, all(true, trainers));
        evaluate(1, all(true, trainers)).block();
        assertThat(run.rejections()).isEmpty();
    }

    private int[] factors() {
        return run.trainers().stream()
                .mapToInt(t ->
                        run.state().registry().entry(t.hotkey()).orElseThrow().trustQ16())
                .toArray();
    }

    private int[] applied() {
        run.finishRound();
        return run.state().sealed(run.state().lastSealed()).orElseThrow().collectSet().stream()
                .mapToInt(Commitment::trustQ16)
                .toArray();
    }

    @Test
    void shouldTrustAllUntilOneHasPassedThreeEvaluationsH7() {
        passes(0);
        passes(0);
        assertThat(factors()).containsOnly(Limits.FACTOR_ONE);
        passes(0, 1);
        assertThat(factors()).containsExactly(Limits.FACTOR_ONE, QUARTER, QUARTER);
        assertThat(applied()).containsExactly(Limits.FACTOR_ONE, QUARTER, QUARTER);
        passes(1);
        passes(1);
        assertThat(factors()).containsExactly(Limits.FACTOR_ONE, Limits.FACTOR_ONE, QUARTER);
    }

    @Test
    void shouldNotTrustWhoFailedH7() {
        passes(0, 1, 2);
        passes(0, 1, 2);
        passes(0, 1, 2);
        assertThat(factors()).containsOnly(Limits.FACTOR_ONE);
        run.finishRound();
        evaluate(0, all(false, 1));
        evaluate(2, all(false, 1)).block();
        assertThat(factors()).containsExactly(Limits.FACTOR_ONE, QUARTER, Limits.FACTOR_ONE);
    }

    @Test
    void shouldNeedTwoThirdsOfTheStakeAndCountARoundOnceH7() {
        for (int i = 0; i < 3; i++) {
            run.finishRound();
            evaluate(0, all(true, 0, 1));
            evaluate(1, all(true, 0));
            evaluate(2, all(true, 0)).block();
            assertThat(run.rejections()).isEmpty();
        }
        assertThat(factors()).containsExactly(Limits.FACTOR_ONE, QUARTER, QUARTER);
        assertThat(run.state().trusts().passed()).containsOnlyKeys(trainer(0));
    }

    @Test
    void shouldTakeTheFactorOfTheBlockThatHoldsTheCommitmentH7() {
        passes(0);
        passes(0);
        run.finishRound();
        run.commit(1).block();
        evaluate(0, all(true, 0));
        evaluate(1, all(true, 0)).block();
        run.commit(2).commit(0).block();
        assertThat(run.round().commits())
                .extracting(Commitment::trustQ16)
                .containsExactly(Limits.FACTOR_ONE, QUARTER, Limits.FACTOR_ONE);
    }

    @Test
    void shouldRefuseEvaluationsThatNobodyMayMakeH7() {
        run.finishRound();
        evaluate(0, all(true, 0));
        evaluate(0, all(false, 1)).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
        run.validator(1, new Evaluate(run.state().lastSealed() + 1, all(true, 0)));
        run.validator(1, new Evaluate(0, all(true, 0))).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND, Reason.WRONG_ROUND);
        run.say(run.trainer(0), Role.TRAINER, new Evaluate(run.state().lastSealed(), all(true, 1)));
        SortedMap<Hotkey, Boolean> noTrainer = all(true, 0);
        noTrainer.put(run.validator(2).hotkey(), true);
        evaluate(1, noTrainer).block();
        assertThat(run.reasons()).containsExactly(Reason.ROLE, Reason.UNKNOWN);
    }

    /** It is left out of those who judge, or its trainer could never be trusted. */
    @Test
    void shouldLeaveTheOwnerOfATrainerOutA3() {
        Hotkey coldkey = run.state()
                .registry()
                .entry(run.validator(2).hotkey())
                .orElseThrow()
                .coldkey();
        run.withColdkey(trainer(0), coldkey);
        run.validator(2, new Statement.Attest(1, List.of()));
        run.commitAll();
        run.hold(0).hold(1).hold(2).attest(0, 0).attest(1, 0).block();
        assertThat(run.state().lastSealed()).isEqualTo(1);
        evaluate(2, all(true, 0)).block();
        assertThat(run.reasons()).containsExactly(Reason.OWN);
        var tallies = run.state().trusts().findings(1).orElseThrow().tallies();
        assertThat(tallies)
                .hasEntrySatisfying(
                        trainer(0), tally -> assertThat(tally.judges()).isEqualTo(2));
        assertThat(tallies)
                .hasEntrySatisfying(
                        trainer(1), tally -> assertThat(tally.judges()).isEqualTo(3));
    }

    @Test
    void shouldGiveANewcomerAQuarterOnceTrustCountsH7() {
        passes(0);
        passes(0);
        passes(0);
        Crypto.Signer newcomer = TestCrypto.signer(77);
        long work = RegistryRules.work(run.runId(), newcomer.hotkey(), run.crypto());
        run.say(newcomer, Role.TRAINER, new Statement.Register(newcomer.hotkey(), Role.TRAINER.bit(), "new", work));
        run.say(newcomer, Role.TRAINER, new Statement.Ready(run.state().lastSealed()));
        run.say(newcomer, Role.TRAINER, new Statement.Commit(run.round().round(), run.content("new"), 9));
        run.block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().commits()).extracting(Commitment::trustQ16).containsExactly(QUARTER);
    }

    @Test
    void shouldForgetOldRoundsAndReadBackItsStateB8() throws Malformed {
        for (int i = 0; i < Limits.EVALUATION_ROUNDS + 2; i++) {
            passes(0, 2);
        }
        assertThat(run.state().trusts().open()).hasSize(Limits.EVALUATION_ROUNDS);
        assertThat(StateCodec.decode(StateCodec.encode(run.state()))).isEqualTo(run.state());
        long old = run.state().lastSealed() - Limits.EVALUATION_ROUNDS;
        run.validator(2, new Evaluate(old, all(true, 0))).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
    }
}

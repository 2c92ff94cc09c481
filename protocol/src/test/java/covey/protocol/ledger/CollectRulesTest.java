package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Holds;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectRulesTest {
    private static TestRun closed(int trainers, int validators) {
        return TestRun.of(trainers, validators, 1).open().commitAll();
    }

    private static TestRun attest(TestRun run, int validator, int trainer, int code) {
        return run.validator(
                validator, new Attest(run.round().round(), List.of(new Verdict(run.contribution(trainer), code))));
    }

    private static Bytes bits(int... bits) {
        byte[] bitmap = new byte[1];
        for (int bit : bits) {
            bitmap[0] |= (byte) (1 << bit);
        }
        return Bytes.wrap(bitmap);
    }

    private static SealedRound sealed(TestRun run, long round) {
        return run.state().sealed(round).orElseThrow(() -> new AssertionError("round " + round + " is not sealed"));
    }

    // ---- statements

    @Test
    void shouldRefuseAttestBeforeTheRoundHasClosed() {
        TestRun run = TestRun.of(2, 1, 1).open().commit(0).block();
        run.attest(0, 0).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_PHASE);
    }

    @Test
    void shouldRefuseAttestOfAnotherRound() {
        TestRun run = closed(2, 1).validator(0, new Attest(2, List.of())).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
    }

    @Test
    void shouldRefuseAVerdictOnWhatNobodyCommitted() {
        TestRun run = closed(2, 1);
        run.validator(0, new Attest(1, List.of(new Verdict(run.content("x"), 0))))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.UNKNOWN);
        assertThat(run.round().attested()).isEmpty();
    }

    @Test
    void shouldRefuseAVerdictCodeOutOfRange() {
        TestRun run = closed(2, 1);
        var ruling = new CollectRules(run.genesis().timing(), run.crypto())
                .attest(
                        run.state().rounds(),
                        run.state().registry(),
                        run.validator(0).hotkey(),
                        new Attest(1, List.of(new Verdict(run.contribution(0), -1))));
        assertThat(ruling)
                .isInstanceOfSatisfying(
                        TransactionRejection.Ruling.Refused.class,
                        r -> assertThat(r.reason()).isEqualTo(Reason.RANGE));
    }

    @Test
    void shouldCountTheFirstVerdictB1() {
        TestRun run = closed(2, 2);
        attest(run, 0, 0, 7).block();
        attest(run, 0, 0, 0).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
        run.attest(0, 0).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().verdicts().get(run.validator(0).hotkey()))
                .containsEntry(run.contribution(0), 7)
                .containsEntry(run.contribution(1), 0);
    }

    @Test
    void shouldRefuseTheAttestOfWhoIsNoValidatorOfTheRound() {
        TestRun run = TestRun.of(2, 1, 1);
        var signer = TestCrypto.signer(9);
        long work = RegistryRules.work(run.runId(), signer.hotkey(), run.crypto());
        run.say(signer, Role.VALIDATOR, new Statement.Register(signer.hotkey(), Role.VALIDATOR.bit(), "v", work));
        run.open().commitAll();
        assertThat(run.round().stakes()).hasSize(1);
        run.say(signer, Role.VALIDATOR, new Attest(1, List.of())).block();
        assertThat(run.reasons()).containsExactly(Reason.NOT_ELIGIBLE);
    }

    @Test
    void shouldAddBitsOfHoldsB1() {
        TestRun run = closed(3, 1);
        run.trainer(0, new Holds(1, bits(0))).trainer(0, new Holds(1, bits(2))).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().holds().get(run.trainer(0).hotkey())).isEqualTo(bits(0, 2));
        run.trainer(0, new Holds(1, bits(2)))
                .trainer(1, new Holds(1, Bytes.EMPTY))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED, Reason.REPEATED);
    }

    @Test
    void shouldRefuseHoldsBeyondTheCommitments() {
        TestRun run = closed(3, 1);
        run.trainer(0, new Holds(1, bits(3)))
                .trainer(1, new Holds(1, Bytes.of(new byte[2])))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.RANGE, Reason.RANGE);
    }

    @Test
    void shouldRefuseHoldsBeforeTheRoundHasClosedD5() {
        TestRun run = TestRun.of(2, 1, 1).open().commit(0).block();
        run.hold(1).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_PHASE);
    }

    // ---- A3

    /** A run whose trainer 0 shares its coldkey with validator 0. */
    private static TestRun shared(int validators) {
        TestRun run = TestRun.of(2, validators, 1);
        Hotkey coldkey =
                run.genesis().member(run.trainer(0).hotkey()).orElseThrow().coldkey();
        return run.withColdkey(run.validator(0).hotkey(), coldkey).open().commitAll();
    }

    @Test
    void shouldRefuseAVerdictOnItsOwnersContributionA3() {
        TestRun run = shared(2);
        attest(run, 0, 0, 0).block();
        assertThat(run.reasons()).containsExactly(Reason.OWN);
    }

    @Test
    void shouldLeaveTheOwnersStakeOutOfSA3() {
        TestRun run = shared(2);
        attest(run, 0, 1, 0).attest(1, 0).hold(0).hold(1).block();
        assertThat(sealed(run, 1).collectSet()).hasSize(2);
    }

    @Test
    void shouldRejectWhenThereIsNoJudgeD7() {
        TestRun run = shared(1);
        attest(run, 0, 1, 0).hold(0).block();
        assertThat(sealed(run, 1).refused())
                .containsExactly(
                        new Refused(run.trainer(0).hotkey(), run.content("contribution 0 of 1"), Refused.NO_JUDGE));
    }

    // ---- D7

    @Test
    void shouldAcceptWithTwoThirdsOfTheStakeD7() {
        TestRun run = closed(2, 3).hold(0).hold(1);
        run.attest(0, 0).block();
        assertThat(run.state().lastSealed()).isZero();
        run.attest(1, 0).block();
        assertThat(sealed(run, 1).collectSet()).hasSize(2);
    }

    @Test
    void shouldRejectWithMoreThanAThirdOfTheStakeD7() {
        TestRun run = closed(2, 3).hold(0).hold(1);
        attest(run, 0, 0, 5).block();
        run.attest(1, 0).block();
        assertThat(run.state().lastSealed()).isZero();
        attest(run, 2, 0, 5).block();
        assertThat(run.state().lastSealed()).isZero();
        attest(run, 0, 1, 0).block();
        assertThat(sealed(run, 1).refused())
                .extracting(Refused::hotkey, Refused::code)
                .containsExactly(tuple(run.trainer(0).hotkey(), 5));
        assertThat(sealed(run, 1).collectSet())
                .extracting(Commitment::hotkey)
                .containsExactly(run.trainer(1).hotkey());
    }

    @Test
    void shouldNameTheCodeThatMostStakeSaysD7() {
        TestRun run = closed(1, 3);
        run.attest(0, 9).attest(1, 4).attest(2, 4).block();
        assertThat(sealed(run, 1).refused()).extracting(Refused::code).containsExactly(4);
    }

    @Test
    void shouldNotSealWhileAnAcceptedOneLacksHoldersD7() {
        TestRun run = closed(3, 1).attest(0, 0).block();
        run.pass(19_000);
        assertThat(run.state().lastSealed()).as("its owner and one holder").isZero();
        run.trainer(0, new Holds(1, bits(0, 1, 2))).block();
        assertThat(run.state().lastSealed()).as("trainer 0 owns one of them").isZero();
        run.hold(1).block();
        assertThat(sealed(run, 1).collectSet()).hasSize(3);
    }

    @Test
    void shouldSealWithTheAcceptAlonePastTheCeilingD7() {
        TestRun run = closed(3, 1).attest(0, 0).block().pass(19_600);
        assertThat(run.state().lastSealed()).isZero();
        run.block();
        assertThat(sealed(run, 1).collectSet()).hasSize(3);
    }

    @Test
    void shouldNeedOneHolderWhenNobodyElseIsThereD7() {
        TestRun run = closed(1, 1).attest(0, 0).block();
        assertThat(sealed(run, 1).collectSet()).hasSize(1);
    }

    @Test
    void shouldSealTheUndecidedAsUnfetchedAtTheDeadlineD7() {
        TestRun run = closed(2, 1).hold(0).hold(1);
        attest(run, 0, 1, 0).block();
        run.pass(9_600);
        assertThat(run.state().lastSealed()).isZero();
        run.block();
        assertThat(sealed(run, 1).collectSet()).hasSize(1);
        assertThat(sealed(run, 1).refused()).extracting(Refused::code).containsExactly(0);
    }

    private static TestRun absent(TestRun run, int trainer) {
        return run.authority(0, new Absent(1, run.trainer(trainer).hotkey(), "gone"));
    }

    @Test
    void shouldSealWithoutWhatHasGoneWithItsOwnerD7() {
        TestRun run = acceptFrom(closed(3, 2), 1, 2).block();
        assertThat(run.state().lastSealed()).as("its owner is there").isZero();
        absent(run, 0).block();
        assertThat(sealed(run, 1).collectSet())
                .extracting(Commitment::hotkey)
                .containsExactly(run.trainer(1).hotkey(), run.trainer(2).hotkey());
        assertThat(sealed(run, 1).refused())
                .containsExactly(new Refused(run.trainer(0).hotkey(), run.content("contribution 0 of 1"), 0));
    }

    @Test
    void shouldWaitForWhatSomebodyElseHoldsD7() {
        TestRun run = closed(3, 2).trainer(1, new Holds(1, bits(0, 1, 2))).block();
        absent(acceptFrom(run, 1, 2), 0).block();
        assertThat(run.state().lastSealed()).isZero();
        attest(run, 0, 0, 0);
        attest(run, 1, 0, 0).block();
        assertThat(sealed(run, 1).collectSet()).hasSize(3);
    }

    @Test
    void shouldWaitForWhatOneValidatorHasJudgedD7() {
        for (int code : new int[] {0, 5}) {
            TestRun run = closed(3, 3);
            attest(acceptFrom(run, 1, 2), 0, 0, code).block();
            absent(run, 0).block();
            assertThat(run.state().lastSealed()).as("code " + code).isZero();
            run.trainer(0, new Ready(0)).pass(9_000);
            assertThat(run.state().lastSealed()).as("code " + code).isZero();
        }
    }

    @Test
    void shouldWaitForWhoIsThereAgainD7() {
        TestRun run = closed(3, 2);
        absent(run, 0).block();
        run.trainer(0, new Ready(0)).block();
        assertThat(run.rejections()).isEmpty();
        acceptFrom(run, 1, 2).block();
        assertThat(run.state().lastSealed()).isZero();
    }

    @Test
    void shouldWaitWhenMoreThanHalfHasGoneD7() {
        TestRun run = closed(3, 2);
        absent(run, 0);
        absent(run, 1).block();
        acceptFrom(run, 2).block();
        assertThat(run.state().lastSealed()).isZero();
    }

    @Test
    void shouldWaitWhenNothingElseIsAcceptedD7() {
        TestRun run = closed(2, 2);
        absent(run, 0);
        attest(run, 0, 1, 5);
        attest(run, 1, 1, 5).block().block();
        assertThat(run.state().lastSealed()).isZero();
    }

    /** All validators accept those contributions. */
    private static TestRun acceptFrom(TestRun run, int... trainers) {
        for (int validator = 0; validator < run.validators().size(); validator++) {
            List<Verdict> verdicts = Arrays.stream(trainers)
                    .mapToObj(t -> new Verdict(run.contribution(t), 0))
                    .toList();
            run.validator(validator, new Attest(1, verdicts));
        }
        return run;
    }

    @Test
    void shouldSealEmptyWhenValidatorsCouldFetchNothingD7() {
        TestRun run = closed(2, 1).validator(0, new Attest(1, List.of())).block();
        run.pass(10_000);
        assertThat(sealed(run, 1).collectSet()).isEmpty();
        assertThat(run.state().appliedRounds()).isZero();
        run.rootAll();
        assertThat(run.state().agreedRoot(1)).isPresent();
    }

    @Test
    void shouldWaitForASoleDeadValidatorD7() {
        TestRun run = closed(2, 1).pass(120_000);
        assertThat(run.state().lastSealed()).isZero();
        assertThat(run.round().suspended()).isEmpty();
        run.acceptAll();
        assertThat(run.state().lastSealed()).isEqualTo(1);
    }

    @Test
    void shouldSuspendASilentValidatorPastTheCeilingD7() {
        TestRun run = closed(2, 2).hold(0).hold(1).attest(0, 0).block();
        run.pass(19_400);
        assertThat(run.state().lastSealed()).as("1 of 2 is below 2/3").isZero();
        run.block().block();
        assertThat(sealed(run, 1).collectSet()).hasSize(2);
        assertThat(run.round().suspended()).containsExactly(run.validator(1).hotkey());
    }

    @Test
    void shouldSuspendNobodyWhileTheRestHoldsLessThanHalfD7() {
        TestRun run = closed(2, 3).hold(0).hold(1).attest(0, 0).block();
        run.pass(60_000);
        assertThat(run.round().suspended()).isEmpty();
        run.attest(2, 0).block();
        assertThat(run.state().lastSealed()).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheAttestOfASuspendedValidatorD7() {
        TestRun run = closed(2, 4).acceptAll().commitAll();
        run.validator(0, new Root(1, run.root(1))).validator(1, new Root(1, run.content("x")));
        run.attest(0, 0).attest(1, 0).block().pass(20_000);
        assertThat(run.round().suspended()).hasSize(2);
        run.attest(2, 0).block();
        assertThat(run.rejections().getFirst().detail()).contains("suspended");
    }

    @Test
    void shouldTakeASuspendedValidatorBackAtARoundBoundaryD7() {
        TestRun run = closed(2, 2).hold(0).hold(1).attest(0, 0).block().pass(20_000);
        assertThat(run.round().round()).isEqualTo(2);
        run.validator(1, new Ready(1)).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().suspended()).hasSize(1);

        run.rootAll().commitAll().hold(0).hold(1).attest(0, 0).block();
        assertThat(run.round().round()).isEqualTo(3);
        assertThat(run.round().suspended()).isEmpty();
    }

    @Test
    void shouldNotSealBeforeTheRootBeforeIsAgreedD10() {
        TestRun run = closed(2, 1).acceptAll();
        run.trainer(0, new Root(1, run.root(1)))
                .trainer(1, new Root(1, run.root(1)))
                .block();
        run.commitAll().acceptAll();
        assertThat(run.state().lastSealed()).isEqualTo(1);
        assertThat(run.reasons()).as("attest without a root").containsExactly(Reason.NOT_ELIGIBLE);
        run.validator(0, new Root(1, run.root(1))).attest(0, 0).block();
        assertThat(run.state().lastSealed()).isEqualTo(2);
    }

    // ---- D8

    @Test
    void shouldCapTheCollectSetByLotD8() {
        Genesis.Timing t = TestRun.TIMING;
        TestRun run = TestRun.of(5, 1, 1, new Genesis.Timing(200, 1000, t.ceilingMs(), t.collectMs(), 5, 2, 2));
        run.open().commitAll();
        var closed = run.round().closed().orElseThrow();
        run.acceptAll();

        List<Hotkey> byLot =
                new ArrayList<>(run.trainers().stream().map(s -> s.hotkey()).toList());
        byLot.sort(Comparator.comparing(h -> run.crypto()
                .sha256()
                .update("covey/1/collect-cap".getBytes(StandardCharsets.US_ASCII))
                .update(closed.beacon().bytes())
                .update(h.hash().bytes())
                .finish()));
        SealedRound sealed = sealed(run, 1);
        assertThat(sealed.collectSet())
                .extracting(Commitment::hotkey)
                .containsExactlyElementsOf(byLot.subList(0, 2).stream().sorted().toList());
        assertThat(sealed.unselected())
                .extracting(Commitment::hotkey)
                .containsExactlyElementsOf(byLot.subList(2, 5).stream().sorted().toList());
        assertThat(sealed.refused()).isEmpty();
    }
}

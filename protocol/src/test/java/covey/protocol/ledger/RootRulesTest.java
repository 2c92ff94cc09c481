package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.testing.TestRun;
import org.junit.jupiter.api.Test;

class RootRulesTest {
    private static TestRun sealed(int trainers, int validators) {
        return TestRun.of(trainers, validators, 1).open().finishRound();
    }

    private static Root good(TestRun run) {
        return new Root(1, run.root(1));
    }

    private static Root bad(TestRun run) {
        return new Root(1, run.content("another root"));
    }

    @Test
    void shouldKnowTheRootOfGenesis() {
        TestRun run = TestRun.of(1, 1, 1);
        assertThat(run.state().agreedRoot(0)).contains(run.genesis().thetaRoot());
    }

    @Test
    void shouldAgreeWithTwoThirdsOfTheStakeD10() {
        TestRun run = sealed(2, 3);
        run.validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).isEmpty();
        run.validator(1, bad(run)).block();
        assertThat(run.state().agreedRoot(1)).isEmpty();
        run.validator(2, good(run)).block();
        assertThat(run.state().agreedRoot(1)).contains(run.root(1));
    }

    @Test
    void shouldNotAgreeAgainstMostOfTheTrainersThatReportD10() {
        TestRun run = sealed(3, 1);
        run.trainer(0, bad(run)).trainer(1, bad(run)).block();
        run.validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).isEmpty();
        assertThat(run.state().halted()).isEmpty();
    }

    @Test
    void shouldAgreeWithHalfOfTheTrainersThatReportD10() {
        TestRun run = sealed(3, 1);
        run.trainer(0, bad(run)).trainer(1, good(run)).validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).contains(run.root(1));
    }

    @Test
    void shouldCountTrainersThatReportFromOutsideOfED10() {
        TestRun run = sealed(3, 1);
        run.authority(0, new Absent(2, run.trainer(0).hotkey(), "gone"));
        run.authority(0, new Absent(2, run.trainer(1).hotkey(), "gone"));
        run.trainer(2, bad(run)).validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).isEmpty();
        assertThat(run.state().halted()).isEmpty();
        assertThat(run.round().eligible()).contains(run.trainer(2).hotkey());

        run.trainer(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).contains(run.root(1));
    }

    @Test
    void shouldNotCountWhoNeverTrainedD10() {
        TestRun run = TestRun.of(4, 1, 1).open();
        run.authority(0, new Absent(1, run.trainer(2).hotkey(), "gone"));
        run.authority(0, new Absent(1, run.trainer(3).hotkey(), "gone"));
        run.block().commit(0).commit(1).block().acceptAll();
        assertThat(run.round().round()).isEqualTo(2);
        run.trainer(2, bad(run)).trainer(3, bad(run)).trainer(0, good(run));
        run.validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).contains(run.root(1));
    }

    @Test
    void shouldCountAllThatReportWhereAHostileOneAloneHasTrainedD10() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.authority(0, new Absent(1, run.trainer(1).hotkey(), "gone"));
        run.block().commit(0).block().acceptAll();
        run.trainer(0, bad(run)).trainer(1, good(run)).validator(0, good(run)).block();
        assertThat(run.state().agreedRoot(1)).contains(run.root(1));
    }

    @Test
    void shouldWaitForMoreTrainersWhileTwoThirdsOfTheStakeAgreeD10() {
        TestRun run = sealed(3, 1);
        run.validator(0, good(run));
        run.trainer(0, bad(run)).trainer(1, bad(run)).trainer(2, bad(run)).block();
        assertThat(run.state().agreedRoot(1)).isEmpty();
        assertThat(run.state().halted()).isEmpty();
    }

    @Test
    void shouldHaltWhenAllHaveSaidAndTheStakeIsDividedD10() {
        TestRun run = sealed(3, 2);
        run.trainer(0, good(run)).trainer(1, good(run));
        run.validator(0, good(run)).validator(1, bad(run)).block();
        assertThat(run.state().halted()).isEmpty();
        run.trainer(2, good(run)).block();
        assertThat(run.state().halted()).isPresent();

        run.trainer(0, new Ready(1)).block();
        assertThat(run.reasons()).containsExactly(Reason.HALTED);
        run.pass(60_000);
        assertThat(run.round().round()).isEqualTo(2);
    }

    @Test
    void shouldNotWaitForAnAbsentTrainerBeforeItHaltsD10() {
        TestRun run = sealed(3, 2);
        run.trainer(0, good(run)).trainer(1, good(run));
        run.validator(0, good(run)).validator(1, bad(run));
        run.authority(0, new Absent(2, run.trainer(2).hotkey(), "gone")).block();
        assertThat(run.state().halted()).isPresent();
    }

    @Test
    void shouldDropTheVerdictsOfAValidatorWithAnotherRootD10() {
        TestRun run = sealed(2, 4);
        run.validator(3, bad(run)).commitAll();
        run.attest(3, 0).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().attested()).hasSize(1);

        for (int i = 0; i < 3; i++) {
            run.validator(i, good(run));
        }
        run.block();
        assertThat(run.round().attested()).isEmpty();
        assertThat(run.round().verdicts()).isEmpty();
        run.attest(3, 0).block();
        assertThat(run.reasons()).containsExactly(Reason.NOT_ELIGIBLE);
    }

    @Test
    void shouldCountTheFirstRootB1() {
        TestRun run = sealed(2, 1);
        run.trainer(0, good(run)).trainer(0, bad(run)).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
        assertThat(run.state().roots(1)).containsEntry(run.trainer(0).hotkey(), run.root(1));
    }

    @Test
    void shouldRefuseRootsOfRoundsThatAreNotSealedOrLongGone() {
        TestRun run = sealed(2, 1);
        run.trainer(0, new Root(2, run.root(2))).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
        run.finishRound().finishRound().finishRound();
        run.trainer(0, new Root(1, run.root(1))).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
    }

    @Test
    void shouldNameTheNewestCheckpointAndItsSignersD11() {
        TestRun run = sealed(2, 1).rootAll();
        assertThat(run.state().checkpoint()).isEmpty();
        run.commitAll().acceptAll();
        run.trainer(0, new Root(2, run.root(2)))
                .validator(0, new Root(2, run.root(2)))
                .block();
        var checkpoint = run.state().checkpoint().orElseThrow();
        assertThat(checkpoint.round()).isEqualTo(2);
        assertThat(checkpoint.root()).isEqualTo(run.root(2));
        assertThat(checkpoint.signers())
                .containsExactlyInAnyOrder(
                        run.trainer(0).hotkey(), run.validator(0).hotkey());

        run.trainer(1, new Root(2, run.root(2))).block();
        assertThat(run.state().checkpoint().orElseThrow().signers()).hasSize(3).isSorted();
    }

    @Test
    void shouldRememberAgreedRootsOfSixteenRounds() {
        TestRun run = TestRun.of(1, 1, 1).open();
        for (int i = 0; i < 20; i++) {
            run.finishRound();
        }
        run.rootAll();
        assertThat(run.state().agreedRoot(20)).isPresent();
        assertThat(run.state().agreedRoot(5)).isPresent();
        assertThat(run.state().agreedRoot(4)).isEmpty();
        assertThat(run.state().rounds().roots()).hasSize(3);
    }
}

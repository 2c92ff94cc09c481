package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RoundRulesTest {
    private static Hotkey[] hotkeys(TestRun run, int... trainers) {
        Hotkey[] all = new Hotkey[trainers.length];
        for (int i = 0; i < trainers.length; i++) {
            all[i] = run.trainer(trainers[i]).hotkey();
        }
        return all;
    }

    private static TestRun absent(TestRun run, int trainer) {
        return run.authority(
                0, new Absent(run.state().lastSealed() + 1, run.trainer(trainer).hotkey(), "gone"));
    }

    /** A registered trainer that genesis doesn't know. */
    private static Crypto.Signer newcomer(TestRun run, long seed) {
        Crypto.Signer signer = TestCrypto.signer(seed);
        long work = RegistryRules.work(run.runId(), signer.hotkey(), run.crypto());
        run.say(signer, Role.TRAINER, new Statement.Register(signer.hotkey(), Role.TRAINER.bit(), "new", work));
        return signer;
    }

    @Test
    void shouldSealRoundAfterRoundWhenNothingFails() {
        TestRun run = TestRun.of(3, 1, 1).open();
        assertThat(run.round().round()).isEqualTo(1);

        for (int round = 1; round <= 20; round++) {
            run.finishRound();
            assertThat(run.rejections()).isEmpty();
            assertThat(run.state().lastSealed()).isEqualTo(round);
            assertThat(run.state().sealed(round).orElseThrow().collectSet())
                    .extracting(Commitment::hotkey)
                    .containsExactly(hotkeys(run, 0, 1, 2));
            assertThat(run.round().eligible()).hasSize(3);
        }
        assertThat(run.state().appliedRounds()).isEqualTo(20);
        assertThat(run.state().sealed(4)).isEmpty();
        assertThat(run.state().sealed(5)).isPresent();
    }

    // ---- D1

    @Test
    void shouldOpenRoundOneWhenMinTrainersAreReadyD1() {
        TestRun run = TestRun.of(3, 1, 1);
        run.trainer(0, new Ready(0)).trainer(2, new Ready(0)).block();
        assertThat(run.state().round()).isEmpty();

        run.trainer(1, new Ready(0)).block();
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 0, 1, 2));
        assertThat(run.round().open().height()).isEqualTo(2);
        assertThat(run.round().stakes()).containsOnlyKeys(run.validator(0).hotkey());
    }

    @Test
    void shouldNotCountAnAbsentTrainerForRoundOneD1() {
        TestRun run = TestRun.of(2, 1, 1);
        run.trainer(0, new Ready(0)).block();
        absent(run, 0).block();
        run.trainer(1, new Ready(0)).block();
        assertThat(run.state().round()).isEmpty();

        run.trainer(0, new Ready(0)).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().eligible()).hasSize(2);
    }

    @Test
    void shouldLeaveATrainerOutWhenItSaidNoRootD1() {
        TestRun run = TestRun.of(3, 1, 1).open().finishRound();
        Root root = new Root(1, run.root(1));
        run.validator(0, root).trainer(0, root).trainer(1, root).block();
        run.commitAll().acceptAll();
        assertThat(run.round().round()).isEqualTo(3);
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 0, 1));
    }

    @Test
    void shouldLeaveATrainerOutWhenItsRootIsAnotherD1() {
        TestRun run = TestRun.of(3, 1, 1).open().finishRound();
        Root root = new Root(1, run.root(1));
        run.validator(0, root).trainer(0, root).trainer(1, root);
        run.trainer(2, new Root(1, run.content("other")))
                .trainer(2, new Ready(1))
                .block();
        run.commitAll().acceptAll();
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 0, 1));
    }

    @Test
    void shouldRefuseReadyOfAnotherRoundD1() {
        TestRun run = TestRun.of(2, 1, 1);
        run.trainer(0, new Ready(1)).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
        run.open().finishRound().trainer(0, new Ready(0)).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
    }

    @Test
    void shouldRefuseReadyWhenItWasSaidB1() {
        TestRun run = TestRun.of(2, 1, 1);
        run.trainer(0, new Ready(0)).trainer(0, new Ready(0)).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
    }

    @Test
    void shouldFinishTheRoundWhenAllTrainersWereAbsentAtOpenD1() {
        TestRun run = TestRun.of(3, 1, 1).open().commitAll();
        absent(run, 0);
        absent(run, 1);
        absent(run, 2).block();
        run.acceptAll();
        assertThat(run.round().round()).isEqualTo(2);
        assertThat(run.round().eligible()).isEmpty();
        run.pass(60_000);

        for (int i = 0; i < 3; i++) {
            run.trainer(i, new Ready(1)).trainer(i, new Root(1, run.root(1)));
        }
        run.validator(0, new Root(1, run.root(1))).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().spares()).containsExactly(hotkeys(run, 0, 1));

        run.commit(0).block();
        assertThat(run.round().isClosed()).isTrue();
        run.hold(1).attest(0, 0).block();
        assertThat(run.round().round()).isEqualTo(3);
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 0, 1, 2));
    }

    // ---- D2

    @Test
    void shouldCloseWhenAllHaveCommittedD2() {
        TestRun run = TestRun.of(3, 1, 1).open();
        run.commit(0).commit(1).block();
        assertThat(run.round().isClosed()).isFalse();
        run.commit(2).block();
        assertThat(run.round().closed().orElseThrow().height())
                .isEqualTo(run.state().height());
    }

    @Test
    void shouldCloseAtTheDeadlineWhenHalfHaveCommittedD2() {
        TestRun run = TestRun.of(3, 1, 1).open().finishRound();
        run.rootAll().commit(0).commit(1).block();
        // Both came after 400 ms; two seconds are left to the third.
        run.pass(1_800);
        assertThat(run.round().isClosed()).isFalse();
        run.block();
        assertThat(run.round().isClosed()).isTrue();
    }

    @Test
    void shouldTakeTheCeilingForTheDeadlineInRoundOneD3() {
        TestRun run = TestRun.of(3, 1, 1).open().commit(0).commit(1).block().pass(19_600);
        assertThat(run.round().isClosed()).isFalse();
        run.block();
        assertThat(run.round().isClosed()).isTrue();
    }

    @Test
    void shouldMeasureTheDeadlineOnThoseAcceptedLatelyD3() {
        TestRun run = TestRun.of(5, 1, 1).open();
        run.commit(0).commit(1).commit(2).block().pass(20_000).acceptAll();
        assertThat(run.round().round()).isEqualTo(2);
        run.rootAll().commit(3).block();
        assertThat(run.state().rounds().deadline(20_000).orElseThrow().medianMs())
                .isEqualTo(400);
        run.pass(4_000).commit(0).commit(1).commit(2).block();
        assertThat(run.state().rounds().deadline(20_000).orElseThrow().medianMs())
                .isEqualTo(4_600);
    }

    @Test
    void shouldWaitForTheCeilingWhenFewerThanHalfHaveCommittedD2() {
        TestRun run = TestRun.of(3, 1, 1).open().commit(1).block().pass(19_600);
        assertThat(run.round().isClosed()).isFalse();
        run.block();
        assertThat(run.round().isClosed()).isTrue();
    }

    @Test
    void shouldStayOpenWhenNobodyCommitsD2() {
        TestRun run = TestRun.of(3, 1, 1).open().pass(60_000);
        assertThat(run.round().isClosed()).isFalse();
        run.commit(0).block();
        assertThat(run.round().isClosed()).isTrue();
    }

    @Test
    void shouldRefuseACommitWhenTheRoundHasClosedD2() {
        TestRun run = TestRun.of(3, 1, 1).open().commit(0).commit(1).block().pass(20_000);
        run.commit(2).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_PHASE);
        assertThat(run.round().commits()).hasSize(2);
    }

    @Test
    void shouldRefuseACommitWithoutASlotD2() {
        TestRun run = TestRun.of(2, 1, 1);
        Crypto.Signer newcomer = newcomer(run, 9);
        run.open()
                .say(newcomer, Role.TRAINER, new Commit(1, run.content("x"), 10))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.NOT_ELIGIBLE);
    }

    @Test
    void shouldRefuseACommitOfAnotherRoundD2() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.trainer(0, new Commit(2, run.content("x"), 10)).block();
        assertThat(run.reasons()).containsExactly(Reason.WRONG_ROUND);
    }

    @Test
    void shouldRefuseASecondCommitB1() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.commit(0).trainer(0, new Commit(1, run.content("x"), 10)).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
        assertThat(run.round().commits()).extracting(Commitment::contribution).containsExactly(run.contribution(0));
    }

    @Test
    void shouldRefuseTheIdOfAnothersCommitmentB1() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.commit(0).trainer(1, new Commit(1, run.contribution(0), 10)).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
    }

    @Test
    void shouldRefuseACommitOutsideTheSizeLimits() {
        TestRun run = TestRun.of(2, 1, 1).open();
        run.trainer(0, new Commit(1, run.content("x"), 0));
        run.trainer(1, new Commit(1, run.content("y"), Limits.CONTRIBUTION_MAX_BYTES + 1))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.RANGE, Reason.RANGE);
    }

    // ---- D4

    @Test
    void shouldNotWaitForAnAbsentTrainerD4() {
        TestRun run = TestRun.of(3, 1, 1).open();
        absent(run, 2).block();
        run.commit(0).commit(1).block();
        assertThat(run.round().isClosed()).isTrue();
    }

    @Test
    void shouldCountTheCommitOfAnAbsentTrainerD4() {
        TestRun run = TestRun.of(3, 1, 1).open();
        absent(run, 2).commit(2).commit(0).commit(1).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(run.round().commits()).hasSize(3);
    }

    @Test
    void shouldWaitAgainWhenPresentComesLastD4() {
        TestRun run = TestRun.of(3, 1, 1).open();
        absent(run, 2).authority(0, new Present(1, run.trainer(2).hotkey(), "back"));
        run.commit(0).commit(1).block();
        assertThat(run.round().absent()).isEmpty();
        assertThat(run.round().isClosed()).isFalse();
    }

    @Test
    void shouldLeaveAnAbsentTrainerOutOfTheNextRoundD4() {
        TestRun run = TestRun.of(3, 1, 1).open().finishRound().rootAll();
        absent(run, 2).commitAll().acceptAll();
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 0, 1));
    }

    @Test
    void shouldTakeATrainerBackWhenItSpeaksAfterAbsentD4() {
        TestRun byRoot = TestRun.of(3, 1, 1).open().finishRound();
        absent(byRoot, 2).rootAll().commitAll().acceptAll();
        assertThat(byRoot.round().eligible()).hasSize(3);

        TestRun byReady = TestRun.of(3, 1, 1).open().finishRound().rootAll();
        absent(byReady, 2).trainer(2, new Ready(1)).commitAll().acceptAll();
        assertThat(byReady.round().eligible()).hasSize(3);

        TestRun byPresent = TestRun.of(3, 1, 1).open().finishRound().rootAll();
        absent(byPresent, 2).authority(0, new Present(2, byPresent.trainer(2).hotkey(), "back"));
        byPresent.commitAll().acceptAll();
        assertThat(byPresent.round().eligible()).hasSize(3);
    }

    @Test
    void shouldRefuseAbsentOfNobodyAndOfAnotherRoundD4() {
        TestRun run = TestRun.of(3, 1, 1).open();
        run.authority(0, new Absent(1, new Hotkey(run.hashOf("nobody")), "gone"));
        run.authority(0, new Absent(2, run.trainer(0).hotkey(), "gone")).block();
        assertThat(run.reasons()).containsExactly(Reason.UNKNOWN, Reason.WRONG_ROUND);
    }

    @Test
    void shouldRefuseAbsentWhenItIsKnownB1() {
        TestRun run = TestRun.of(3, 1, 1).open();
        absent(run, 0);
        absent(run, 0).block();
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
    }

    // ---- D9

    /** Trainer 0 commits what nobody can fetch, the others are accepted. */
    private static void sealWithoutZero(TestRun run) {
        if (run.state().lastSealed() > 0) {
            run.rootAll();
        }
        run.commitAll();
        List<Statement.Verdict> others = run.round().commits().stream()
                .filter(c -> !c.hotkey().equals(run.trainer(0).hotkey()))
                .map(c -> new Statement.Verdict(c.contribution(), 0))
                .toList();
        run.hold(1)
                .hold(2)
                .validator(0, new Statement.Attest(run.round().round(), others))
                .block();
        run.pass(TestRun.TIMING.collectMs());
    }

    @Test
    void shouldBarATrainerWhenItsCommitmentsEndUnfetchedD9() {
        TestRun run = TestRun.of(3, 1, 1).open();
        sealWithoutZero(run);
        assertThat(run.state().sealed(1).orElseThrow().refused())
                .containsExactly(
                        new RoundState.Refused(run.trainer(0).hotkey(), run.content("contribution 0 of 1"), 0));
        assertThat(run.round().eligible()).hasSize(3);

        sealWithoutZero(run);
        assertThat(run.round().round()).isEqualTo(3);
        assertThat(run.round().eligible()).containsExactly(hotkeys(run, 1, 2));
        run.trainer(0, new Ready(2)).block();
        assertThat(run.round().spares()).isEmpty();

        run.rootAll().commitAll();
        assertThat(run.reasons()).containsExactly(Reason.NOT_ELIGIBLE);
        run.acceptAll();
        assertThat(run.round().eligible()).hasSize(3);
    }

    @Test
    void shouldForgiveOneUnfetchedForEachSealedCommitmentD9() {
        TestRun run = TestRun.of(3, 1, 1).open();
        sealWithoutZero(run);
        run.finishRound();
        sealWithoutZero(run);
        assertThat(run.round().eligible()).hasSize(3);
    }

    @Test
    void shouldDoubleTheBarWithEachUnfetchedCommitmentD9() {
        Rounds.Standing standing = Rounds.Standing.NEW;
        long[] barred = {0, 1, 3, 7, 15, 31, 63, 63};
        for (long rounds : barred) {
            standing = standing.unfetched(100);
            assertThat(standing.barredThrough()).isEqualTo(100 + rounds);
        }
    }

    @Test
    void shouldLetBarredTrainersTrainWhenThereIsNobodyElseD9() {
        TestRun run = TestRun.of(1, 1, 1).open();
        for (int round = 1; round <= 3; round++) {
            if (round > 1) {
                run.rootAll();
            }
            run.commitAll().validator(0, new Statement.Attest(round, List.of())).pass(11_000);
            assertThat(run.round().round()).isEqualTo(round + 1);
            assertThat(run.round().eligible()).hasSize(1);
        }
    }

    @Test
    void shouldGiveABarredTrainerASpareWhenNobodyCommitsD9() {
        TestRun run = TestRun.of(3, 1, 1).open();
        sealWithoutZero(run);
        sealWithoutZero(run);
        run.trainer(0, new Ready(2)).block().pass(19_000);
        assertThat(run.round().spares()).isEmpty();
        run.pass(1_000);
        assertThat(run.round().spares()).containsExactly(hotkeys(run, 0));
    }

    // ---- I2

    @Test
    void shouldGiveEachOfTheRoundItsOwnSlotI2() {
        TestRun run = TestRun.of(3, 1, 1).open();
        int slotLength = 8;
        assertThat(run.round().slots()).hasSize(6);
        assertThat(new TreeSet<>(run.round().slots())).containsExactly(0L, 8L, 16L, 24L, 32L, 5L * slotLength);
        assertThat(run.round().slotHolder(1)).contains(run.trainer(1).hotkey());
        assertThat(run.round().slotHolder(3)).isEmpty();
    }

    @Test
    void shouldReturnSlotsWithoutASealedContributionI2() {
        TestRun run = TestRun.of(3, 1, 1).open();
        List<Long> slots = run.round().slots();
        run.commit(0).commit(1).block().pass(20_000);
        run.acceptAll();
        assertThat(run.state().rounds().data().returned()).containsExactlyElementsOf(slots.subList(2, 6));
        assertThat(run.round().slots()).doesNotContainAnyElementsOf(slots);
    }

    @Test
    void shouldGiveTwoSparesToLateTrainersInLedgerOrderI2() {
        TestRun run = TestRun.of(2, 1, 1);
        Crypto.Signer a = newcomer(run, 9);
        Crypto.Signer b = newcomer(run, 10);
        Crypto.Signer c = newcomer(run, 11);
        run.open();
        run.say(c, Role.TRAINER, new Ready(0))
                .say(a, Role.TRAINER, new Ready(0))
                .say(b, Role.TRAINER, new Ready(0));
        run.block();
        assertThat(run.round().spares()).containsExactly(c.hotkey(), a.hotkey());

        run.authority(0, new Absent(1, c.hotkey(), "gone")).block();
        assertThat(run.round().spares()).containsExactly(b.hotkey(), a.hotkey());

        run.say(b, Role.TRAINER, new Commit(1, run.content("b"), 10)).block();
        assertThat(run.rejections()).isEmpty();
        run.commit(0).commit(1).block();
        assertThat(run.round().isClosed()).as("spares are not waited for").isTrue();
    }

    @Test
    void shouldKeepTheSpareOfAnAbsentHolderWhenItHasCommittedI2() {
        TestRun run = TestRun.of(2, 1, 1);
        Crypto.Signer a = newcomer(run, 9);
        Crypto.Signer b = newcomer(run, 10);
        Crypto.Signer c = newcomer(run, 11);
        run.open();
        run.say(a, Role.TRAINER, new Ready(0))
                .say(b, Role.TRAINER, new Ready(0))
                .say(c, Role.TRAINER, new Ready(0));
        run.say(a, Role.TRAINER, new Commit(1, run.content("a"), 10)).block();
        run.authority(0, new Absent(1, a.hotkey(), "gone")).block();
        assertThat(run.round().spares()).containsExactly(a.hotkey(), b.hotkey());
    }

    @Test
    void shouldTakeAJoinerIntoTheRoundAfterItsReadyD1() {
        TestRun run = TestRun.of(2, 1, 1);
        Crypto.Signer joiner = newcomer(run, 9);
        run.open().finishRound().rootAll();
        run.say(joiner, Role.TRAINER, new Ready(1)).commitAll().acceptAll();
        assertThat(run.round().round()).isEqualTo(3);
        assertThat(run.round().eligible()).hasSize(3).contains(joiner.hotkey());
    }

    @Test
    void shouldKeepTheMarksOfARound() {
        TestRun run = TestRun.of(2, 1, 1).open().finishRound();
        SealedRound sealed = run.state().sealed(1).orElseThrow();
        assertThat(sealed.open().height()).isEqualTo(1);
        assertThat(sealed.closed().height()).isEqualTo(2);
        assertThat(sealed.sealed().height()).isEqualTo(3);
        assertThat(run.round().open()).isEqualTo(sealed.sealed());
        assertThat(sealed.sealed().beacon()).isEqualTo(run.state().beacon());
    }
}

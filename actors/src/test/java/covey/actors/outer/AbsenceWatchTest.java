package covey.actors.outer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Statement;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

class AbsenceWatchTest {
    private static final long MS = 1_000_000;

    private final TestRun run = TestRun.of(2, 1, 3).open();
    private final Hotkey first = run.trainer(0).hotkey();
    private final Hotkey second = run.trainer(1).hotkey();
    private final Hotkey colleague = run.authority(2).hotkey();
    private final SortedSet<Hotkey> reachable = new TreeSet<>(List.of(first, second, colleague));
    private final List<PeerEffect.Say> said = new ArrayList<>();
    private boolean inGrace;
    private long pingAgeMs = Long.MAX_VALUE;
    private long nowNs = 5_000 * MS;
    private final BehaviorTestKit<AbsenceWatch.Command> watch = BehaviorTestKit.create(AbsenceWatch.create(new Absences(
            new Absences.Parts(
                    run.authority(0).hotkey(),
                    run.genesis().authorityKeys(),
                    reachable::contains,
                    () -> inGrace,
                    hotkey -> pingAgeMs,
                    () -> nowNs,
                    said::add),
            run.state())));

    /** Looks now, and again so much later. */
    private void pass(long ms) {
        watch.run(new AbsenceWatch.Tick());
        nowNs += ms * MS;
        watch.run(new AbsenceWatch.Tick());
    }

    private void follow() {
        watch.run(new AbsenceWatch.Ledger(run.state()));
    }

    private static PeerEffect.Say absent(Hotkey subject) {
        return new PeerEffect.Say(Role.AUTHORITY, new Statement.Absent(1, subject, "unreachable, and silent for 1 s"));
    }

    private static PeerEffect.Say present(Hotkey subject) {
        return new PeerEffect.Say(Role.AUTHORITY, new Statement.Present(1, subject, "reachable again"));
    }

    @Test
    void saysAbsentAtOnceOfATrainerThatPingedAndIsSilentNow() {
        pingAgeMs = 1_000;
        reachable.remove(first);
        watch.run(new AbsenceWatch.Tick());
        assertThat(said).isEmpty();
        pingAgeMs = 1_001;
        watch.run(new AbsenceWatch.Tick());
        assertThat(said).containsExactly(absent(first));
    }

    @Test
    void saysAbsentOnceOfATrainerThatNeverPingedAndIsGoneForASecond() {
        pingAgeMs = Absences.PINGED_MS;
        reachable.remove(first);
        pass(1_000);
        assertThat(said).isEmpty();
        pass(1);
        pass(500);
        assertThat(said).containsExactly(absent(first));
    }

    @Test
    void repeatsItWhenTheLedgerDoesNotShowIt() {
        reachable.remove(first);
        pass(1_001);
        pass(Absences.REPEAT_NS / MS + 1);
        assertThat(said).containsExactly(absent(first), absent(first));
    }

    @Test
    void saysNothingWhileTheTrainerPingsTheDoor() {
        reachable.remove(first);
        pingAgeMs = 900;
        pass(2_000);
        assertThat(said).isEmpty();
    }

    @Test
    void saysNothingInGraceAndCountsAnewAfterwards() {
        reachable.remove(first);
        pass(900);
        inGrace = true;
        pass(2_000);
        inGrace = false;
        pass(900);
        assertThat(said).isEmpty();
    }

    @Test
    void saysNothingWhileItIsCutOffItselfAndCountsAnewAfterwards() {
        reachable.remove(first);
        pass(900);
        reachable.remove(colleague);
        pass(2_000);
        reachable.add(colleague);
        pass(900);
        assertThat(said).isEmpty();
        pass(200);
        assertThat(said).containsExactly(absent(first));
    }

    @Test
    void saysPresentWhenAnAbsentOneIsBack() {
        reachable.remove(second);
        pass(1_001);
        run.authority(0, absent(second).statement()).block();
        follow();
        pass(2_000);
        assertThat(said).containsExactly(absent(second));
        reachable.add(second);
        pass(1);
        assertThat(said).containsExactly(absent(second), present(second));
    }

    @Test
    void contradictsAtOnceHoweverOftenAnotherAuthoritySaysAbsent() {
        for (int i = 1; i <= 3; i++) {
            run.authority(2, absent(second).statement()).block();
            follow();
            pass(1);
            assertThat(said).hasSize(i).endsWith(present(second));
            run.authority(0, present(second).statement()).block();
            assertThat(run.rejections()).isEmpty();
            follow();
            pass(1);
        }
    }

    /** It commits on a spare slot, and the round would wait for its content, too. */
    @Test
    void saysAbsentOfASpareThatHasGone() {
        run.authority(0, absent(second).statement()).block().finishRound();
        run.trainer(1, new Statement.Ready(1)).block();
        assertThat(run.round().spares()).containsExactly(second);
        reachable.remove(second);
        follow();
        pass(1_001);
        assertThat(said)
                .containsExactly(new PeerEffect.Say(
                        Role.AUTHORITY, new Statement.Absent(2, second, "unreachable, and silent for 1 s")));
    }

    @Test
    void saysAbsentAgainOfWhoSaidReadyAndHasGoneInTheSameRound() {
        run.authority(0, absent(second).statement()).block();
        run.trainer(1, new Statement.Ready(0)).block();
        assertThat(run.rejections()).isEmpty();
        reachable.remove(second);
        follow();
        pass(1_001);
        assertThat(said).containsExactly(absent(second));
        run.authority(0, absent(second).statement()).block();
        assertThat(run.rejections()).isEmpty();
    }

    @Test
    void saysAbsentOfWhomOthersSeeNowAndThenOnly() {
        reachable.remove(second);
        pass(1_001);
        run.authority(0, absent(second).statement()).block();
        run.authority(2, present(second).statement()).block();
        follow();
        pass(1_000);
        assertThat(said).containsExactly(absent(second));
        pass(Absences.REPEAT_NS / MS);
        assertThat(said).containsExactly(absent(second), absent(second));
    }

    /** Both blocks come between two looks. */
    @Test
    void contradictsAtOnceThoughItNeverLookedWhileThePresentStood() {
        run.authority(2, absent(second).statement()).block();
        follow();
        pass(1);
        run.authority(0, present(second).statement()).block();
        follow();
        run.authority(2, absent(second).statement()).block();
        assertThat(run.rejections()).isEmpty();
        follow();
        pass(1);
        assertThat(said).containsExactly(present(second), present(second));
    }

    @Test
    void repeatsAPresentThatAnAbsentOfTheSameBlockUndid() {
        run.authority(2, absent(second).statement()).block();
        follow();
        pass(1);
        run.authority(0, present(second).statement())
                .authority(2, absent(second).statement());
        run.block();
        assertThat(run.rejections()).isEmpty();
        follow();
        pass(Absences.REPEAT_PRESENT_NS / MS);
        assertThat(said).containsExactly(present(second), present(second));
    }
}

package covey.actors.judge;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.judge.ValidatorActor.Judge;
import covey.actors.testing.MemoryContents;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Rejection;
import covey.protocol.inspect.Earlier;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValidatorActorTest {
    private static final Layout LAYOUT = Layout.of(List.of(new Tensor("m", 128, 192)));
    private static final int LENGTH = Math.toIntExact(LAYOUT.parameterCount());
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ActorTestKit kit = ActorTestKit.create();
    private final MemoryContents contents = new MemoryContents(Contributions.CRYPTO);
    private final BlockingQueue<PeerInput> told = new LinkedBlockingQueue<>();
    private final Seed seed = Seed.of(1);
    private final float[] common = Contributions.values(LAYOUT, seed);

    @AfterEach
    void end() {
        kit.shutdownTestKit();
    }

    private ActorRef<ValidatorActor.Command> actor(Duration patience) {
        return kit.spawn(behavior(patience));
    }

    private Behavior<ValidatorActor.Command> behavior(Duration patience) {
        return ValidatorActor.create(
                new ValidatorActor.Parts(Contributions.check(LAYOUT, 1), LAYOUT, contents, patience),
                told::add,
                event -> {});
    }

    private float[] honest() {
        float[] own = common.clone();
        for (int i = 0; i < LENGTH; i++) {
            own[i] *= (float) (1 + 0.5 * seed.nextGaussian());
        }
        return own;
    }

    private static List<Hotkey> signers(int count) {
        List<Hotkey> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(TestCrypto.signer(i).hotkey());
        }
        return all;
    }

    private Judge judge(int number, float[] values, List<Hotkey> commits) {
        return judge(TestCrypto.signer(number), values, commits);
    }

    private Judge judge(Crypto.Signer signer, float[] values, List<Hotkey> commits) {
        byte[] content = Contributions.sealed(LAYOUT, 1, values, signer);
        ContentId id = contents.put(MemorySegment.ofArray(content));
        PeerEffect.Judge effect =
                new PeerEffect.Judge(Contributions.ROUND, id, signer.hotkey(), Contributions.BASE_ROOT);
        return new Judge(effect, content.length, commits, List.of());
    }

    private int code(Judge of) throws InterruptedException {
        PeerInput input = told.poll(30, TimeUnit.SECONDS);
        assertThat(input).isInstanceOf(PeerInput.Judged.class);
        PeerInput.Judged judged = (PeerInput.Judged) input;
        assertThat(judged.contribution()).isEqualTo(of.effect().contribution());
        return judged.code();
    }

    @Test
    void shouldCompareOnceAllAreHere() throws InterruptedException {
        ActorRef<ValidatorActor.Command> actor = actor(LONG);
        List<Hotkey> commits = signers(4);
        float[] flipped = honest();
        for (int i = 0; i < LENGTH; i++) {
            flipped[i] = -flipped[i];
        }
        List<Judge> judges = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            judges.add(judge(number, number == 3 ? flipped : honest(), commits));
        }
        judges.forEach(actor::tell);
        judges.sort((a, b) -> a.effect().owner().compareTo(b.effect().owner()));
        for (Judge judge : judges) {
            boolean isFlipped = judge.effect().owner().equals(commits.get(2));
            assertThat(code(judge)).isEqualTo(isFlipped ? Rejection.SIGNS.code() : 0);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void shouldRejectTheLaterOfTwoEqualOnes() throws InterruptedException {
        ActorRef<ValidatorActor.Command> actor = actor(LONG);
        List<Hotkey> commits = signers(2);
        float[] same = honest();
        Judge later = judge(2, same, commits);
        Judge first = judge(1, same, commits);
        actor.tell(later);
        actor.tell(first);
        boolean isFirst = first.effect().owner().compareTo(later.effect().owner()) < 0;
        assertThat(code(isFirst ? first : later)).isEqualTo(isFirst ? 0 : Rejection.COPY.code());
        assertThat(code(isFirst ? later : first)).isEqualTo(isFirst ? Rejection.COPY.code() : 0);
    }

    @Test
    void shouldNotWaitForeverForWhatIsNotHere() throws InterruptedException {
        ActorRef<ValidatorActor.Command> actor = actor(Duration.ofMillis(50));
        List<Hotkey> commits = signers(3);
        Judge first = judge(1, honest(), commits);
        actor.tell(first);
        assertThat(code(first)).isZero();
        Judge late = judge(2, honest(), commits);
        actor.tell(late);
        assertThat(code(late)).isZero();
    }

    @Test
    void shouldNotWaitForWhatHasGoneWithItsOwnerAfterASecond() throws InterruptedException {
        ActorTestKit timed = ActorTestKit.create(ManualTime.config());
        try {
            TestRun run = TestRun.of(3, 1, 1).open().commitAll();
            List<Hotkey> commits = hotkeys(run);
            ActorRef<ValidatorActor.Command> actor = timed.spawn(behavior(LONG));
            Judge first = judge(run.trainer(0), honest(), commits);
            Judge second = judge(run.trainer(1), honest(), commits);
            actor.tell(first);
            actor.tell(second);
            callGone(run, 2);
            actor.tell(new ValidatorActor.Ledger(run.block().state()));
            answers(actor);
            ManualTime.get(timed.system()).timePasses(Duration.ofSeconds(1));
            assertThat(code(first)).isZero();
            assertThat(code(second)).isZero();
            Judge late = judge(run.trainer(2), honest(), commits);
            actor.tell(late);
            assertThat(code(late)).isZero();
        } finally {
            timed.shutdownTestKit();
        }
    }

    /** Else whoever comes first would be compared with nobody. */
    @Test
    void shouldWaitForTheRestWhenMostIsCalledGone() throws InterruptedException {
        ActorTestKit timed = ActorTestKit.create(ManualTime.config());
        try {
            TestRun run = TestRun.of(4, 1, 1).open().commitAll();
            List<Hotkey> commits = hotkeys(run);
            callGone(run, 1, 2, 3);
            ActorRef<ValidatorActor.Command> actor = timed.spawn(behavior(LONG));
            actor.tell(new ValidatorActor.Ledger(run.block().state()));
            Judge first = judge(run.trainer(0), honest(), commits);
            actor.tell(first);
            answers(actor);
            ManualTime.get(timed.system()).timePasses(Duration.ofSeconds(2));
            answers(actor);
            for (int i = 1; i < 4; i++) {
                actor.tell(judge(run.trainer(i), honest(), commits));
            }
            assertThat(code(first)).isZero();
        } finally {
            timed.shutdownTestKit();
        }
    }

    private static List<Hotkey> hotkeys(TestRun run) {
        return run.trainers().stream().map(Crypto.Signer::hotkey).toList();
    }

    private static void callGone(TestRun run, int... trainers) {
        for (int trainer : trainers) {
            run.authority(0, new Statement.Absent(1, run.trainer(trainer).hotkey(), "gone"));
        }
    }

    /** It has done what it was told before, and has said nothing about it. */
    private void answers(ActorRef<ValidatorActor.Command> actor) throws InterruptedException {
        Judge right = judge(99, honest(), List.of());
        Judge wrong = new Judge(right.effect(), right.lengthBytes() + 1, right.commits(), List.of());
        actor.tell(wrong);
        assertThat(code(wrong)).isEqualTo(Rejection.LENGTH.code());
    }

    @Test
    void shouldRejectAtOnceWhatIsWrongInItself() throws InterruptedException {
        ActorRef<ValidatorActor.Command> actor = actor(LONG);
        Judge right = judge(1, honest(), signers(3));
        Judge wrong = new Judge(right.effect(), right.lengthBytes() + 1, right.commits(), List.of());
        actor.tell(wrong);
        assertThat(code(wrong)).isEqualTo(Rejection.LENGTH.code());
    }

    /** What is compared follows from the ledger and the contents that are here, not from what an actor remembers. */
    @Test
    void shouldFindCopiesOfRoundsThatItHasNotSeen() throws InterruptedException {
        float[] same = honest();
        Hotkey victim = TestCrypto.signer(2).hotkey();
        byte[] old = Contributions.sealed(LAYOUT, 1, same, TestCrypto.signer(2));
        List<Earlier> earlier = List.of(
                new Earlier(Contributions.ROUND - 2, victim, contents.put(MemorySegment.ofArray(new byte[] {1}))),
                new Earlier(Contributions.ROUND - 1, victim, contents.put(MemorySegment.ofArray(old))));
        Judge copy = judge(1, same, signers(1));
        actor(LONG).tell(new Judge(copy.effect(), copy.lengthBytes(), copy.commits(), earlier));
        assertThat(code(copy)).isEqualTo(Rejection.COPY.code());
    }
}

package covey.actors.weigh;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.testing.MemoryContents;
import covey.actors.testing.MemoryNetwork;
import covey.actors.testing.MemoryRecords;
import covey.actors.weigh.ChallengerActor.Challenge;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.ContentStore;
import covey.protocol.score.Availability;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trainer 0 serves its contributions, trainer 1 does not. */
@Timeout(60)
class ChallengerActorTest {
    private final ActorTestKit kit = ActorTestKit.create();
    private final MemoryNetwork network = new MemoryNetwork();
    private final MemoryRecords records = new MemoryRecords();
    private final BlockingQueue<Challenge> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<Availability> books = new LinkedBlockingQueue<>();
    private final TestRun run = TestRun.withAsset(2, "yuma3", 5_000).open();

    @AfterEach
    void end() {
        kit.shutdownTestKit();
        network.close();
    }

    private ActorRef<ChallengerActor.Command> challenger() {
        Hotkey self = run.validator(0).hotkey();
        return kit.spawn(ChallengerActor.create(new ChallengerActor.Parts(
                self,
                500,
                network.port(self, new MemoryContents(new TestCrypto())),
                records,
                Seed.of(5),
                seen::add,
                books::add)));
    }

    private Challenge next() throws InterruptedException {
        return Optional.ofNullable(seen.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    @Test
    void shouldAskEachPeerOnceARoundForWhatItMustServe() throws InterruptedException {
        Hotkey good = run.trainer(0).hotkey();
        ContentStore contents = new MemoryContents(new TestCrypto());
        BulkTransfer serving = network.port(good, contents);
        ActorRef<ChallengerActor.Command> challenger = challenger();
        challenger.tell(new ChallengerActor.Ledger(run.state()));

        run.finishRound();
        run.state().sealed(1).orElseThrow().collectSet().forEach(c -> serving.serve(c.contribution()));
        challenger.tell(new ChallengerActor.Ledger(run.state()));

        List<Challenge> both = Stream.of(next(), next()).toList();
        assertThat(both)
                .extracting(Challenge::peer)
                .containsExactlyInAnyOrder(good, run.trainer(1).hotkey());
        assertThat(both).extracting(Challenge::round).containsOnly(1L);
        while (Optional.ofNullable(books.poll(30, TimeUnit.SECONDS))
                        .orElseThrow()
                        .peers()
                        .size()
                < 2) {
            assertThat(seen).isEmpty();
        }
        assertThat(new AvailabilityMemory(records).read().peers()).hasSize(2);
    }

    /** Nobody of several answers: the fault is likely its own. */
    @Test
    void shouldCountNothingWhenNobodyAnswers() throws InterruptedException {
        ActorRef<ChallengerActor.Command> challenger = challenger();
        challenger.tell(new ChallengerActor.Ledger(run.state()));
        challenger.tell(new ChallengerActor.Ledger(run.finishRound().state()));

        Availability before =
                Optional.ofNullable(books.poll(30, TimeUnit.SECONDS)).orElseThrow();
        assertThat(before.peers()).isEmpty();
        Availability after =
                Optional.ofNullable(books.poll(30, TimeUnit.SECONDS)).orElseThrow();
        assertThat(after.peers()).isEmpty();
        assertThat(seen).isEmpty();
    }
}

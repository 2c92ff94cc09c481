package covey.actors.weigh;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.LedgerState;
import covey.protocol.testing.TestRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CaughtUpActorTest {
    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final List<LedgerState> passed = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        kit.shutdownTestKit();
    }

    @Test
    void shouldPassOnTheNewestLedgerOnceItIsQuiet() {
        TestRun run = TestRun.of(1, 1, 1);
        ActorRef<CaughtUpActor.Command> actor = kit.spawn(CaughtUpActor.create(Duration.ofMillis(100), passed::add));
        for (int i = 0; i < 5; i++) {
            actor.tell(new CaughtUpActor.Ledger(run.block().state()));
            time.expectNoMessageFor(Duration.ofMillis(60));
        }
        assertThat(passed).isEmpty();
        time.timePasses(Duration.ofMillis(100));
        kit.createTestProbe().awaitAssert(() -> {
            assertThat(passed).containsExactly(run.state());
            return passed;
        });
    }
}

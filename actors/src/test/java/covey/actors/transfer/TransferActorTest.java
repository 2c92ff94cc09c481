package covey.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.testing.MemoryContents;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransferActorTest {
    private static final long PATIENCE_S = 30;
    private static final Hotkey SELF = hotkey(1);
    private static final Hotkey HERE = hotkey(2);
    private static final Hotkey GONE = hotkey(3);
    private static final Hotkey ALSO_HERE = hotkey(4);
    private static final ContentId CONTENT = new ContentId(new Hash(9, 9, 9, 9));

    private final ActorTestKit kit = ActorTestKit.create();
    private final MemoryContents contents = new MemoryContents(new TestCrypto());
    private final RecordingTransfer transfer = new RecordingTransfer();
    private final SortedSet<Hotkey> reachable = new TreeSet<>(List.of(HERE, ALSO_HERE));
    private final BlockingQueue<PeerInput> inputs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> points = new LinkedBlockingQueue<>();
    private final ActorRef<TransferActor.Command> actor = kit.spawn(TransferActor.create(new TransferActor.Parts(
            SELF,
            transfer,
            contents,
            () -> new TreeSet<>(reachable),
            (point, round) -> points.add(point + " " + round),
            inputs::add)));

    private static Hotkey hotkey(long number) {
        return new Hotkey(new Hash(number, 0, 0, 0));
    }

    @AfterEach
    void end() {
        kit.shutdownTestKit();
    }

    private void fetch(Hotkey... holders) {
        actor.tell(new TransferActor.Fetch(new PeerEffect.Fetch(CONTENT, 10, List.of(holders)), 7));
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void asksTheNamedHoldersThatAreReachable() throws InterruptedException {
        fetch(SELF, HERE, GONE);
        assertThat(next(transfer.asked).holders()).containsExactly(HERE);
    }

    @Test
    void asksAllNamedHoldersWhenNoneIsReachable() throws InterruptedException {
        fetch(SELF, GONE);
        assertThat(next(transfer.asked).holders()).containsExactly(GONE);
    }

    @Test
    void asksEverybodyReachableAfterAFailure() throws InterruptedException {
        fetch(HERE, GONE);
        next(transfer.asked).listener().failed(CONTENT, "lost");
        assertThat(next(transfer.asked).holders()).containsExactly(HERE, ALSO_HERE);
        assertThat(next(inputs)).isEqualTo(new PeerInput.NotFetched(CONTENT));
    }

    @Test
    void saysStoredWhenItIsFetched() throws InterruptedException {
        fetch(HERE);
        next(transfer.asked).listener().fetched(CONTENT);
        assertThat(next(inputs)).isEqualTo(new PeerInput.Stored(CONTENT));
        assertThat(next(points)).isEqualTo(Point.COLLECT_FETCHED + " 7");
    }

    @Test
    void saysStoredAtOnceOfAContentThatIsHere() throws InterruptedException {
        ContentId here = contents.put(MemorySegment.ofArray(new byte[10]));
        actor.tell(new TransferActor.Fetch(new PeerEffect.Fetch(here, 10, List.of(HERE)), 7));
        assertThat(next(inputs)).isEqualTo(new PeerInput.Stored(here));
        assertThat(transfer.asked).isEmpty();
    }

    @Test
    void asksNoMoreOnceCancelled() throws InterruptedException {
        fetch(HERE);
        RecordingTransfer.Asked asked = next(transfer.asked);
        actor.tell(new TransferActor.Cancel(CONTENT));
        asked.listener().failed(CONTENT, "lost");
        asked.listener().fetched(CONTENT);
        actor.tell(new TransferActor.Serve(CONTENT, 0));
        assertThat(next(transfer.told)).isEqualTo("cancel");
        assertThat(next(transfer.told)).isEqualTo("serve");
        assertThat(inputs).isEmpty();
        assertThat(transfer.asked).isEmpty();
    }

    @Test
    void announcesThatTheOwnContentIsServed() throws InterruptedException {
        actor.tell(new TransferActor.Serve(CONTENT, 7));
        assertThat(next(points)).isEqualTo(Point.COLLECT_SERVED + " 7");
        assertThat(next(transfer.told)).isEqualTo("serve");
    }

    @Test
    void forgetsWhatIsDropped() throws InterruptedException {
        ContentId here = contents.put(MemorySegment.ofArray(new byte[10]));
        actor.tell(new TransferActor.Drop(here));
        assertThat(next(transfer.told)).isEqualTo("cancel");
        assertThat(next(transfer.told)).isEqualTo("withdraw");
        actor.tell(new TransferActor.Serve(CONTENT, 0));
        assertThat(next(transfer.told)).isEqualTo("serve");
        assertThat(contents.has(here)).isFalse();
    }
}

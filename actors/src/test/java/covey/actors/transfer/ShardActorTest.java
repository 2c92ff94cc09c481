package covey.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.NodeEvent;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis.Shard;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShardActorTest {
    private static final long PATIENCE_S = 30;
    private static final Hotkey SELF = hotkey(1);
    private static final Hotkey HERE = hotkey(2);
    private static final Hotkey LATER = hotkey(3);
    private static final Shard HELD_OUT = new Shard("held-out", new ContentId(new Hash(7, 7, 7, 7)), 100);
    private static final Shard TRAIN =
            new Shard("train", new ContentId(new Hash(9, 9, 9, 9)), 2L * Limits.SEGMENT_BYTES + 50);

    private final ActorTestKit kit = ActorTestKit.create();
    private final RecordingTransfer transfer = new RecordingTransfer();
    private final SortedSet<Hotkey> reachable = new ConcurrentSkipListSet<>(List.of(SELF, HERE));
    private final AtomicLong nowNs = new AtomicLong(1);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();

    private static Hotkey hotkey(long number) {
        return new Hotkey(new Hash(number, 0, 0, 0));
    }

    @BeforeEach
    void start() {
        kit.spawn(ShardActor.create(new ShardActor.Parts(
                SELF,
                transfer,
                () -> new TreeSet<>(reachable),
                nowNs::get,
                new MissingShards(List.of(HELD_OUT, TRAIN), () -> told.add("arrived")),
                events::add,
                () -> told.add("done"),
                told::add)));
    }

    @AfterEach
    void end() {
        kit.shutdownTestKit();
    }

    private static <T> T next(BlockingQueue<T> queue, Predicate<T> wanted) throws InterruptedException {
        T next;
        do {
            next = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
        } while (!wanted.test(next));
        return next;
    }

    private RecordingTransfer.Asked asked(Shard shard) throws InterruptedException {
        return next(transfer.asked, asked -> asked.content().equals(shard.content()));
    }

    private void fetch(Shard shard) throws InterruptedException {
        asked(shard).listener().fetched(shard.content());
    }

    @Test
    void asksAllWhoAreReachableAndWhoComesLater() throws InterruptedException {
        assertThat(asked(TRAIN).holders()).containsExactly(HERE);
        reachable.add(LATER);
        assertThat(next(transfer.asked, asked -> asked.holders().size() == 2).holders())
                .containsExactly(HERE, LATER);
    }

    @Test
    void saysThatAllIsHereOnceAndAfterTheLastShard() throws InterruptedException {
        fetch(TRAIN);
        // Of the other shard alone is asked from now on.
        for (int i = 0; i < 3; i++) {
            asked(HELD_OUT);
        }
        assertThat(told).isEmpty();
        fetch(HELD_OUT);
        assertThat(next(told, _ -> true)).isEqualTo("arrived");
        assertThat(next(told, _ -> true)).isEqualTo("done");
    }

    @Test
    void tellsVerifiedBytesAsTheyGrow() throws InterruptedException {
        long all = HELD_OUT.lengthBytes() + TRAIN.lengthBytes();
        assertThat(next(events, _ -> true)).isEqualTo(new NodeEvent.Fetching(0, all));
        asked(TRAIN).listener().progressed(TRAIN.content(), 2);
        assertThat(next(events, _ -> true)).isEqualTo(new NodeEvent.Fetching(2L * Limits.SEGMENT_BYTES, all));
        asked(TRAIN).listener().progressed(TRAIN.content(), 3);
        assertThat(next(events, _ -> true)).isEqualTo(new NodeEvent.Fetching(TRAIN.lengthBytes(), all));
    }

    @Test
    void asksAgainWhenAFetchFailsSoon() throws InterruptedException {
        asked(TRAIN).listener().failed(TRAIN.content(), "holders: all gave bad segments");
        asked(TRAIN);
        fetch(TRAIN);
        fetch(HELD_OUT);
        assertThat(next(told, _ -> true)).isEqualTo("arrived");
    }

    @Test
    void namesTheShardAndTheRuleWhenNobodyGivesIt() throws InterruptedException {
        RecordingTransfer.Asked first = asked(TRAIN);
        nowNs.addAndGet(ShardActor.PATIENCE_NS);
        first.listener().failed(TRAIN.content(), "holders: no progress for 60000 ms");
        assertThat(next(told, _ -> true))
                .startsWith("data: shard train " + TRAIN.content() + ": holders: no progress for 60000 ms (expected: ")
                .contains("rule F4")
                .hasLineCount(1);
    }
}

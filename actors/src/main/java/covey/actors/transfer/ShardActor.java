package covey.actors.transfer;

import covey.actors.node.NodeEvent;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis.Shard;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the run's data that this node lacks, from everybody who is near, whoever holds it (rule F4). Who comes
 * near later is asked, too. What was verified before a restart is not fetched again.
 */
public final class ShardActor {
    /** What it is told. */
    public sealed interface Command {}

    private record Look() implements Command {}

    private record Fetched(ContentId content) implements Command {}

    private record Progressed(ContentId content, int segments) implements Command {}

    private record Failed(ContentId content, String reason) implements Command {}

    /**
     * @param near a copy of who may be fetched from now, members or not
     * @param clockNs monotonic
     * @param events told of progress
     * @param done told once when all shards are here, after {@link MissingShards#arrived}
     * @param lacking told by one line, each time that nobody could give a shard for {@link #PATIENCE_NS}
     */
    public record Parts(
            Hotkey self,
            BulkTransfer transfer,
            Supplier<SortedSet<Hotkey>> near,
            LongSupplier clockNs,
            MissingShards missing,
            Consumer<NodeEvent> events,
            Runnable done,
            Consumer<String> lacking) {}

    /** A failure sooner than this after a shard was first asked for is bad luck with the first holders. */
    static final long PATIENCE_NS = 60_000_000_000L;

    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(ShardActor.class);

    private final Parts parts;
    private final ActorRef<Command> self;
    private final SortedMap<ContentId, Shard> missing = new TreeMap<>();
    private final SortedMap<ContentId, Long> askedNs = new TreeMap<>();
    private final SortedMap<ContentId, Long> verifiedBytes = new TreeMap<>();
    private long toldBytes = -1;

    private ShardActor(Parts parts, ActorRef<Command> self) {
        this.parts = parts;
        this.self = self;
        parts.missing().shards().forEach(shard -> missing.put(shard.content(), shard));
    }

    /** @param parts with at least one shard */
    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ShardActor actor = new ShardActor(parts, context.getSelf());
            timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, PERIOD);
            return Behaviors.receive(Command.class)
                    .onMessage(Look.class, actor::look)
                    .onMessage(Fetched.class, actor::fetched)
                    .onMessage(Progressed.class, actor::progressed)
                    .onMessage(Failed.class, actor::failed)
                    .build();
        }));
    }

    private Behavior<Command> look(Look look) {
        List<Hotkey> holders = new ArrayList<>(parts.near().get());
        holders.remove(parts.self());
        if (!holders.isEmpty()) {
            missing.values().forEach(shard -> ask(shard, holders));
        }
        tell();
        return Behaviors.same();
    }

    /** Of a fetch in progress this only adds holders. */
    private void ask(Shard shard, List<Hotkey> holders) {
        if (askedNs.putIfAbsent(shard.content(), parts.clockNs().getAsLong()) == null) {
            LOG.info("data: {} of {} bytes is fetched from peers", shard.name(), shard.lengthBytes());
        }
        parts.transfer().fetch(shard.content(), shard.lengthBytes(), holders, new Listener(self));
    }

    private record Listener(ActorRef<Command> actor) implements BulkTransfer.FetchListener {
        @Override
        public void fetched(ContentId id) {
            actor.tell(new Fetched(id));
        }

        @Override
        public void progressed(ContentId id, int verifiedSegments) {
            actor.tell(new Progressed(id, verifiedSegments));
        }

        @Override
        public void failed(ContentId id, String reason) {
            actor.tell(new Failed(id, reason));
        }
    }

    private Behavior<Command> progressed(Progressed event) {
        Shard shard = missing.get(event.content());
        if (shard != null) {
            long bytes = (long) event.segments() * Limits.SEGMENT_BYTES;
            verifiedBytes.put(event.content(), Math.min(bytes, shard.lengthBytes()));
        }
        return Behaviors.same();
    }

    private void tell() {
        long verified =
                verifiedBytes.values().stream().mapToLong(Long::longValue).sum();
        if (verified != toldBytes) {
            toldBytes = verified;
            long all = parts.missing().shards().stream()
                    .mapToLong(Shard::lengthBytes)
                    .sum();
            parts.events().accept(new NodeEvent.Fetching(verified, all));
        }
    }

    private Behavior<Command> fetched(Fetched event) {
        Shard shard = missing.remove(event.content());
        if (shard != null) {
            LOG.info("data: {} is here", shard.name());
            verifiedBytes.put(event.content(), shard.lengthBytes());
            if (missing.isEmpty()) {
                tell();
                parts.missing().arrived().run();
                parts.done().run();
            }
        }
        return Behaviors.same();
    }

    /** Asked anew at the next look, from all who are near then. */
    private Behavior<Command> failed(Failed event) {
        Shard shard = missing.get(event.content());
        Long since = askedNs.get(event.content());
        if (shard != null && since != null && parts.clockNs().getAsLong() - since >= PATIENCE_NS) {
            askedNs.remove(event.content());
            parts.lacking().accept(line(shard, event.reason()));
        }
        return Behaviors.same();
    }

    private static String line(Shard shard, String reason) {
        return "data: shard " + shard.name() + " " + shard.content() + ": " + reason
                + " (expected: a peer that holds it, rule F4; wait for one, or name the run's text by --corpus)";
    }
}

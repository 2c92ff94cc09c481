package covey.actors.transfer;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.ContentStore;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches until the content is here or nobody wants it any more: from the named holders that are near, after a
 * failure from everybody who is. Touches the store, so it runs where blocking is allowed.
 */
public final class TransferActor {
    /** What it is told. */
    public sealed interface Command {}

    /** @param round of the contribution; 0 for a checkpoint */
    public record Fetch(PeerEffect.Fetch effect, long round) implements Command {}

    public record Cancel(ContentId content) implements Command {}

    /** @param ownRound round of an own contribution; 0 for contents of others */
    public record Serve(ContentId content, long ownRound) implements Command {}

    public record Drop(ContentId content) implements Command {}

    /** After a start: which of these contents are here already. */
    public record Look(List<ContentId> contents) implements Command {
        /** What this node may have held before it started: of the round in progress, of sealed ones, and θ. */
        public static Look of(LedgerState ledger) {
            Stream<Commitment> commitments = Stream.concat(
                    ledger.round().stream().flatMap(round -> round.commits().stream()),
                    ledger.rounds().sealed().values().stream().flatMap(round -> round.collectSet().stream()));
            return new Look(
                    Stream.concat(commitments.map(Commitment::contribution), ledger.rounds().agreed().values().stream())
                            .distinct()
                            .toList());
        }
    }

    private record Fetched(ContentId content) implements Command {}

    private record Failed(ContentId content, String reason) implements Command {}

    private record Retry(ContentId content) implements Command {}

    private record Wanted(long lengthBytes, SortedSet<Hotkey> holders, long round, int failures) {
        Wanted widened(Iterable<Hotkey> more) {
            SortedSet<Hotkey> all = new TreeSet<>(holders);
            more.forEach(all::add);
            return new Wanted(lengthBytes, all, round, failures);
        }

        Wanted failed() {
            return new Wanted(lengthBytes, holders, round, failures + 1);
        }
    }

    /**
     * @param near a copy of who may be fetched from now, members or not
     * @param peer told of each content that is here
     */
    public record Parts(
            Hotkey self,
            BulkTransfer transfer,
            ContentStore contents,
            Supplier<SortedSet<Hotkey>> near,
            FaultPoints faults,
            Consumer<PeerInput> peer) {}

    private static final Logger LOG = LoggerFactory.getLogger(TransferActor.class);

    private final Parts parts;
    private final ActorRef<Command> self;
    private final TimerScheduler<Command> timers;
    private final SortedMap<ContentId, Wanted> wanted = new TreeMap<>();

    private TransferActor(Parts parts, ActorRef<Command> self, TimerScheduler<Command> timers) {
        this.parts = parts;
        this.self = self;
        this.timers = timers;
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers((TimerScheduler<Command> timers) -> {
            TransferActor actor = new TransferActor(parts, context.getSelf(), timers);
            return Behaviors.receive(Command.class)
                    .onMessage(Fetch.class, actor::fetch)
                    .onMessage(Cancel.class, actor::cancel)
                    .onMessage(Serve.class, actor::serve)
                    .onMessage(Drop.class, actor::drop)
                    .onMessage(Look.class, actor::look)
                    .onMessage(Fetched.class, actor::fetched)
                    .onMessage(Failed.class, actor::failed)
                    .onMessage(Retry.class, actor::retry)
                    .build();
        }));
    }

    private Behavior<Command> fetch(Fetch command) {
        ContentId id = command.effect().content();
        Wanted before = wanted.getOrDefault(
                id, new Wanted(command.effect().lengthBytes(), new TreeSet<>(), command.round(), 0));
        wanted.put(id, before.widened(command.effect().holders()));
        return attempt(id);
    }

    private Behavior<Command> attempt(ContentId id) {
        Wanted want = wanted.get(id);
        if (want == null) {
            return Behaviors.same();
        }
        List<Hotkey> holders = holders(want);
        if (parts.contents().has(id)) {
            return stored(id);
        } else if (holders.isEmpty()) {
            return failed(new Failed(id, "nobody is known to hold it"));
        }
        parts.transfer().fetch(id, want.lengthBytes(), holders, new Listener(self));
        return Behaviors.same();
    }

    private record Listener(ActorRef<Command> actor) implements BulkTransfer.FetchListener {
        @Override
        public void fetched(ContentId id) {
            actor.tell(new Fetched(id));
        }

        @Override
        public void failed(ContentId id, String reason) {
            actor.tell(new Failed(id, reason));
        }
    }

    /** Named holders that are near, and after a failure everybody who is; if that is nobody, all named ones. */
    private List<Hotkey> holders(Wanted want) {
        SortedSet<Hotkey> near = parts.near().get();
        List<Hotkey> best = new ArrayList<>(want.failures() == 0 ? want.holders() : near);
        best.retainAll(near);
        List<Hotkey> chosen = best.isEmpty() ? new ArrayList<>(want.holders()) : best;
        chosen.remove(parts.self());
        return chosen;
    }

    private Behavior<Command> fetched(Fetched event) {
        return wanted.containsKey(event.content()) ? stored(event.content()) : Behaviors.same();
    }

    private Behavior<Command> stored(ContentId id) {
        Wanted want = wanted.remove(id);
        timers.cancel(id);
        if (want != null && want.round() > 0) {
            parts.faults().reached(Point.COLLECT_FETCHED, want.round());
        }
        parts.peer().accept(new PeerInput.Stored(id));
        return Behaviors.same();
    }

    private Behavior<Command> failed(Failed event) {
        Wanted want = wanted.get(event.content());
        if (want != null) {
            LOG.debug("content {} was not fetched: {}", event.content().brief(), event.reason());
            parts.peer().accept(new PeerInput.NotFetched(event.content()));
            Wanted next = want.failed();
            wanted.put(event.content(), next);
            timers.startSingleTimer(event.content(), new Retry(event.content()), Backoff.after(next.failures()));
        }
        return Behaviors.same();
    }

    private Behavior<Command> retry(Retry event) {
        return attempt(event.content());
    }

    private Behavior<Command> cancel(Cancel command) {
        wanted.remove(command.content());
        timers.cancel(command.content());
        parts.transfer().cancel(command.content());
        return Behaviors.same();
    }

    private Behavior<Command> serve(Serve command) {
        parts.transfer().serve(command.content());
        if (command.ownRound() > 0) {
            parts.faults().reached(Point.COLLECT_SERVED, command.ownRound());
        }
        return Behaviors.same();
    }

    private Behavior<Command> look(Look command) {
        command.contents().stream()
                .filter(parts.contents()::has)
                .forEach(content -> parts.peer().accept(new PeerInput.Stored(content)));
        return Behaviors.same();
    }

    private Behavior<Command> drop(Drop command) {
        cancel(new Cancel(command.content()));
        parts.transfer().withdraw(command.content());
        parts.contents().delete(command.content());
        return Behaviors.same();
    }
}

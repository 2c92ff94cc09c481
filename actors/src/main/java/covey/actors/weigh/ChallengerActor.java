package covey.actors.weigh;

import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Records;
import covey.protocol.score.Availability;
import covey.protocol.score.Availability.Claim;
import covey.protocol.transfer.SegmentPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The scorer of the mechanism "availability": once a round it asks each peer for one random segment of a random content
 * that the ledger says the peer must serve. It asks for the next round when all have answered or missed, and counts no
 * misses when nobody of several answered, as then the fault is likely its own. Touches the disk: a thread of its own.
 */
public final class ChallengerActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    private enum Result {
        ANSWERED,
        MISSED,
        NOT_ASKED
    }

    private record Probed(Hotkey peer, Claim claim, Result result) implements Command {}

    /** One challenge that counts. @param round the last sealed one */
    public record Challenge(long round, Hotkey peer, ContentId content, boolean answered) {}

    /**
     * @param parametersBytes length of θ as a content
     * @param random unpredictable to peers
     * @param seen told of each challenge that counts, then of the book
     */
    public record Parts(
            Hotkey self,
            long parametersBytes,
            BulkTransfer transfer,
            Records records,
            RandomGenerator random,
            Consumer<Challenge> seen,
            Consumer<Availability> book) {}

    private final Parts parts;
    private final ActorRef<Command> self;
    private final AvailabilityMemory memory;
    private final SortedSet<Hotkey> asking = new TreeSet<>();
    private final List<Probed> results = new ArrayList<>();
    private Optional<LedgerState> ledger = Optional.empty();
    private Availability book;
    private long asked;

    private ChallengerActor(Parts parts, ActorRef<Command> self) {
        this.parts = parts;
        this.self = self;
        memory = new AvailabilityMemory(parts.records());
        book = memory.read();
        parts.book().accept(book);
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> {
            ChallengerActor actor = new ChallengerActor(parts, context.getSelf());
            return Behaviors.receive(Command.class)
                    .onMessage(Ledger.class, actor::ledger)
                    .onMessage(Probed.class, actor::probed)
                    .build();
        });
    }

    private Behavior<Command> ledger(Ledger message) {
        if (ledger.isEmpty()) {
            asked = message.state().lastSealed();
        }
        ledger = Optional.of(message.state());
        challengeAll();
        return Behaviors.same();
    }

    private void challengeAll() {
        LedgerState now = ledger.orElseThrow();
        if (now.lastSealed() > asked && asking.isEmpty()) {
            asked = now.lastSealed();
            book = book.only(peer -> now.registry().entry(peer).isPresent());
            peers(now).stream().limit(Limits.PROBES_MAX_COUNT / 2).forEach(peer -> challenge(now, peer));
        }
    }

    /** Those that can be paid, in random order. */
    private List<Hotkey> peers(LedgerState now) {
        List<Hotkey> peers = new ArrayList<>();
        now.registry().entries().stream()
                .map(entry -> entry.hotkey())
                .filter(peer -> now.economy().flatMap(e -> e.uidOf(peer)).isPresent())
                .filter(peer -> !peer.equals(parts.self()))
                .forEach(peers::add);
        Collections.shuffle(peers, Random.from(parts.random()));
        return peers;
    }

    private void challenge(LedgerState now, Hotkey peer) {
        List<Claim> claims = claims(now, peer);
        if (!claims.isEmpty()) {
            Claim claim = claims.get(parts.random().nextInt(claims.size()));
            int segment = parts.random().nextInt(new SegmentPlan(claim.lengthBytes()).segmentCount());
            asking.add(peer);
            parts.transfer()
                    .probe(claim.content(), claim.lengthBytes(), segment, peer, new Listener(self, peer, claim));
        }
    }

    private List<Claim> claims(LedgerState now, Hotkey peer) {
        return Availability.claims(now, peer, parts.parametersBytes()).stream()
                .filter(claim -> SegmentPlan.isLength(claim.lengthBytes()))
                .toList();
    }

    private record Listener(ActorRef<Command> actor, Hotkey peer, Claim claim) implements BulkTransfer.ProbeListener {
        @Override
        public void answered() {
            actor.tell(new Probed(peer, claim, Result.ANSWERED));
        }

        @Override
        public void missed() {
            actor.tell(new Probed(peer, claim, Result.MISSED));
        }

        @Override
        public void notAsked() {
            actor.tell(new Probed(peer, claim, Result.NOT_ASKED));
        }
    }

    private Behavior<Command> probed(Probed message) {
        asking.remove(message.peer());
        results.add(message);
        if (asking.isEmpty()) {
            count();
            results.clear();
            challengeAll();
        }
        return Behaviors.same();
    }

    private void count() {
        boolean any = results.stream().anyMatch(r -> r.result() == Result.ANSWERED);
        for (Probed one : results) {
            boolean hit = one.result() == Result.ANSWERED;
            boolean miss = one.result() == Result.MISSED && isBound(one) && (any || results.size() == 1);
            if (hit || miss) {
                book = book.after(one.peer(), hit);
                parts.seen().accept(new Challenge(asked, one.peer(), one.claim().content(), hit));
            }
        }
        memory.write(book);
        parts.book().accept(book);
    }

    /** A peer may drop what it was bound to hold when it was asked, and is no more. */
    private boolean isBound(Probed one) {
        return claims(ledger.orElseThrow(), one.peer()).contains(one.claim());
    }
}

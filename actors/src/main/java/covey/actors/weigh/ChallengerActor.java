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
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The scorer of the mechanism "availability": once a round it asks each peer for one random segment of a random content
 * that the ledger says the peer must serve. Touches the disk: a thread of its own.
 */
public final class ChallengerActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    private record Answered(Hotkey peer, Claim claim, boolean hit) implements Command {}

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
                    .onMessage(Answered.class, actor::answered)
                    .build();
        });
    }

    private Behavior<Command> ledger(Ledger message) {
        LedgerState now = message.state();
        boolean first = ledger.isEmpty();
        ledger = Optional.of(now);
        if (first) {
            asked = now.lastSealed();
        } else if (now.lastSealed() > asked) {
            asked = now.lastSealed();
            book = book.only(peer -> now.registry().entry(peer).isPresent());
            challenge(now);
        }
        return Behaviors.same();
    }

    private void challenge(LedgerState now) {
        List<Hotkey> peers = new ArrayList<>();
        now.registry().entries().forEach(entry -> peers.add(entry.hotkey()));
        peers.remove(parts.self());
        Collections.shuffle(peers, java.util.Random.from(parts.random()));
        peers.stream().limit(Limits.PROBES_MAX_COUNT / 2).forEach(peer -> challenge(now, peer));
    }

    private void challenge(LedgerState now, Hotkey peer) {
        List<Claim> claims = Availability.claims(now, peer, parts.parametersBytes());
        if (!claims.isEmpty()) {
            Claim claim = claims.get(parts.random().nextInt(claims.size()));
            int segment = parts.random().nextInt(new SegmentPlan(claim.lengthBytes()).segmentCount());
            parts.transfer()
                    .probe(claim.content(), claim.lengthBytes(), segment, peer, new Listener(self, peer, claim));
        }
    }

    private record Listener(ActorRef<Command> actor, Hotkey peer, Claim claim) implements BulkTransfer.FetchListener {
        @Override
        public void fetched(ContentId id) {
            actor.tell(new Answered(peer, claim, true));
        }

        @Override
        public void failed(ContentId id, String reason) {
            actor.tell(new Answered(peer, claim, false));
        }
    }

    /** A peer may drop what it was bound to hold when it was asked, and is no more. */
    private Behavior<Command> answered(Answered message) {
        boolean bound = Availability.claims(ledger.orElseThrow(), message.peer(), parts.parametersBytes())
                .contains(message.claim());
        if (message.hit() || bound) {
            book = book.after(message.peer(), message.hit());
            memory.write(book);
            parts.seen()
                    .accept(new Challenge(asked, message.peer(), message.claim().content(), message.hit()));
            parts.book().accept(book);
        }
        return Behaviors.same();
    }
}

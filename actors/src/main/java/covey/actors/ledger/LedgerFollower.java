package covey.actors.ledger;

import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.BlockStore;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import covey.protocol.port.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A node's own copy of the ledger, and its voice on it. Checks each certified block, re-executes it, stores it, and
 * tells the subscribers; nothing is believed because of who delivered it. Blocks on the disk: spawn it with {@code
 * DispatcherSelector.blocking()}. Stops at the first failure, after telling {@code onFailure}.
 */
public final class LedgerFollower extends AbstractBehavior<LedgerFollower.Command> {
    /** Blocks that wait for this actor; then the chain's thread waits. */
    private static final int BLOCKS_WAITING_COUNT = 256;

    private static final Duration RESEND = Duration.ofSeconds(1);

    /** What the follower is told. */
    public sealed interface Command {}

    /**
     * Sees that the statement gets into a certified block: sends it again until it is there, can't count any more, or
     * its round is over. Equal statements are one.
     */
    public record Say(Role role, Statement statement) implements Command {}

    /**
     * Tells of the last block, if there is one, and of each that follows, on this actor's thread; must be quick.
     */
    public record Subscribe(Consumer<Advanced> subscriber) implements Command {}

    /** Ends the actor. */
    public record Stop() implements Command {}

    private record Delivered(CertifiedBlock block) implements Command {}

    private record Resend() implements Command {}

    /**
     * What a follower works with.
     *
     * @param signer the node's hotkey
     * @param chain not closed by the follower
     * @param blocks written by the follower alone, unless an authority of the same process writes them
     * @param view set after each block
     * @param nonces random numbers (rule B1); used by one thread
     * @param onFailure called once, on the follower's thread
     */
    public record Parts(
            Genesis genesis,
            RunId run,
            Crypto crypto,
            Crypto.Signer signer,
            Chain chain,
            BlockStore blocks,
            LedgerView view,
            LongSupplier nonces,
            Consumer<LedgerFailure> onFailure) {}

    private final Parts parts;
    private final LedgerMachine machine;
    private final CertificateCheck check;
    private final Outbox outbox;
    private final Semaphore room = new Semaphore(BLOCKS_WAITING_COUNT);
    private final List<Consumer<Advanced>> subscribers = new ArrayList<>();
    private LedgerState state;
    private Optional<CertifiedBlock> last;

    private LedgerFollower(ActorContext<Command> context, Parts parts) {
        super(context);
        this.parts = parts;
        this.machine = new LedgerMachine(parts.genesis(), parts.run(), parts.crypto());
        this.check = new CertificateCheck(parts.genesis(), parts.run(), parts.crypto());
        this.outbox = new Outbox(parts.run(), machine, parts.signer(), parts.nonces());
        LedgerReplay replay = LedgerReplay.of(parts.blocks(), machine, check);
        this.state = replay.state();
        this.last = replay.last();
        parts.view().advance(state);
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            LedgerFollower follower;
            try {
                follower = new LedgerFollower(context, parts);
            } catch (StoreFailure e) {
                parts.onFailure().accept(storeFailure(e));
                return Behaviors.stopped();
            }
            timers.startTimerWithFixedDelay(new Resend(), RESEND);
            follower.follow();
            return follower;
        }));
    }

    private void follow() {
        var self = getContext().getSelf();
        parts.chain().follow(state.height() + 1, block -> {
            room.acquireUninterruptibly();
            self.tell(new Delivered(block));
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Delivered.class, this::onDelivered)
                .onMessage(Say.class, this::onSay)
                .onMessage(Resend.class, tick -> onResend())
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onSubscribe(Subscribe subscribe) {
        subscribers.add(subscribe.subscriber());
        last.ifPresent(block -> subscribe.subscriber().accept(new Advanced(state, block, List.of())));
        return this;
    }

    private Behavior<Command> onSay(Say say) {
        outbox.say(say.role(), say.statement(), state).ifPresent(parts.chain()::submit);
        return this;
    }

    private Behavior<Command> onResend() {
        outbox.resend(state).forEach(parts.chain()::submit);
        return this;
    }

    private Behavior<Command> onDelivered(Delivered delivered) {
        room.release();
        CertifiedBlock block = delivered.block();
        long height = block.block().height();
        if (height > state.height() + 1) {
            getContext().getLog().warn("block: height {} (expected: {})", height, state.height() + 1);
            return this;
        }
        Optional<String> forged = check.check(block);
        if (forged.isPresent()) {
            getContext().getLog().warn("block {} is refused: {}", height, forged.get());
            return this;
        }
        try {
            return height <= state.height() ? compare(block) : advance(block);
        } catch (StoreFailure e) {
            return fail(storeFailure(e));
        }
    }

    /** A certified block of a height that is here already must be the same one (rule C5). */
    private Behavior<Command> compare(CertifiedBlock block) {
        return parts.blocks()
                .read(block.block().height())
                .filter(here -> !block.certificate()
                        .blockHash()
                        .equals(here.certificate().blockHash()))
                .map(here -> conflict(here, block))
                .orElse(this);
    }

    private Behavior<Command> advance(CertifiedBlock block) {
        if (!block.block().parent().equals(state.blockHash())) {
            return last.isPresent() ? conflict(last.get(), block) : conflict(block, block);
        }
        LedgerMachine.Applied applied = machine.apply(state, block.block());
        if (!machine.stateHash(applied.next()).equals(block.certificate().stateHash())) {
            String reason = "state hash at height " + block.block().height() + ": "
                    + machine.stateHash(applied.next()).brief() + " (expected: the certified "
                    + block.certificate().stateHash().brief() + ")";
            return fail(new LedgerFailure(LedgerFailure.Kind.CONFLICT, reason, List.of(block)));
        }
        if (parts.blocks().lastHeight() < block.block().height()) {
            parts.blocks().append(block);
            LedgerSnapshot.keepIfDue(parts.blocks(), block, applied.next());
        }
        publish(new Advanced(applied.next(), block, applied.rejections()));
        return this;
    }

    private void publish(Advanced advanced) {
        state = advanced.state();
        last = Optional.of(advanced.block());
        parts.view().advance(state);
        outbox.settle(advanced.block(), advanced.rejections(), state);
        subscribers.forEach(subscriber -> subscriber.accept(advanced));
    }

    private Behavior<Command> conflict(CertifiedBlock here, CertifiedBlock there) {
        String reason = "two certified blocks exclude each other: height "
                + here.block().height() + " " + here.certificate().blockHash().brief() + ", height "
                + there.block().height() + " " + there.certificate().blockHash().brief();
        return fail(new LedgerFailure(LedgerFailure.Kind.CONFLICT, reason, List.of(here, there)));
    }

    private static LedgerFailure storeFailure(StoreFailure e) {
        return LedgerFailure.of(LedgerFailure.Kind.STORE, "" + e.getMessage());
    }

    private Behavior<Command> fail(LedgerFailure failure) {
        parts.onFailure().accept(failure);
        return Behaviors.stopped();
    }

    /** Nobody waits for this actor's room any more. */
    private Behavior<Command> onPostStop() {
        room.release(Integer.MAX_VALUE / 2);
        return this;
    }
}

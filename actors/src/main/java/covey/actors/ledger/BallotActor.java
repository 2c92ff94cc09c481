package covey.actors.ledger;

import covey.protocol.ballot.BallotCodec;
import covey.protocol.ballot.BallotEffect;
import covey.protocol.ballot.BallotInput;
import covey.protocol.ballot.BallotMachine;
import covey.protocol.ballot.BallotMessage;
import covey.protocol.ballot.BallotState;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ballot.VoteRecord;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Limits;
import covey.protocol.port.StoreFailure;
import covey.protocol.port.VoteStore;
import covey.protocol.wire.Malformed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The shell around an authority's {@link BallotMachine}: ticks, messages of other authorities, and effects in their
 * order, each done before the next. What it promises and accepts is on the disk before it is said (rule C3). The first
 * disk error is told to {@code onFailure}, and nothing is said after it (rule C6). Blocks on the disk: it has a thread
 * of its own.
 */
public final class BallotActor extends AbstractBehavior<BallotActor.Command> {
    private static final Duration TICK = Duration.ofMillis(50);

    /** What the actor is told. */
    public sealed interface Command permits BallotEnvelope, Tick {}

    record Tick() implements Command {}

    private final AuthoritySystem.Parts parts;
    private final AuthorityView view;
    private final BiConsumer<Integer, BallotEnvelope> wire;
    private final int self;
    private final BallotMachine machine;
    private BallotState state;

    private BallotActor(
            ActorContext<Command> context,
            AuthoritySystem.Parts parts,
            AuthorityView view,
            BiConsumer<Integer, BallotEnvelope> wire,
            long seed) {
        super(context);
        this.parts = parts;
        this.view = view;
        this.wire = wire;
        this.self = parts.genesis().authorityIndex(parts.signer().hotkey());
        this.machine =
                new BallotMachine(parts.genesis(), parts.run(), parts.crypto(), parts.signer(), view.machine(), seed);
        this.state = machine.start();
    }

    /**
     * @param replay what the block file says
     * @param wire carries envelopes to authorities by index; may lose them
     */
    static Behavior<Command> create(
            AuthoritySystem.Parts parts,
            AuthorityView view,
            LedgerReplay replay,
            BiConsumer<Integer, BallotEnvelope> wire,
            long seed) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), TICK);
            BallotActor actor = new BallotActor(context, parts, view, wire, seed);
            return actor.apply(actor.recovered(replay));
        }));
    }

    /** Nothing is missing on a first start only: without blocks, and with a vote file that was never written to. */
    private BallotInput.Recovered recovered(LedgerReplay replay) {
        VoteStore.Lookup found = parts.votes().read();
        Optional<VoteRecord> vote = switch (found) {
            case VoteStore.Found f -> Optional.of(f.vote());
            case VoteStore.Missing _, VoteStore.Fresh _ -> Optional.empty();
            case VoteStore.Damaged damaged -> {
                getContext().getLog().error(damaged.reason());
                yield Optional.empty();
            }
        };
        boolean firstStart = found instanceof VoteStore.Fresh && replay.last().isEmpty();
        return new BallotInput.Recovered(vote, firstStart, replay.state(), replay.last());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Tick.class, tick -> onTick())
                .onMessage(BallotEnvelope.class, this::onEnvelope)
                .build();
    }

    private Behavior<Command> onTick() {
        return apply(new BallotInput.Tick(
                System.nanoTime(), new BallotInput.Waiting(view.mempool().waiting())));
    }

    private Behavior<Command> onEnvelope(BallotEnvelope envelope) {
        try {
            BallotFrame frame = BallotFrame.decode(envelope, parts.run());
            return apply(new BallotInput.Received(frame.from(), frame.message()));
        } catch (Malformed e) {
            getContext().getLog().warn("ballot message is refused: {}", e.rule());
            return this;
        }
    }

    private Behavior<Command> apply(BallotInput input) {
        BallotMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        try {
            transition.effects().forEach(this::perform);
            return this;
        } catch (StoreFailure e) {
            parts.onFailure().accept(LedgerFailure.of(LedgerFailure.Kind.STORE, "" + e.getMessage()));
            return Behaviors.stopped();
        }
    }

    private void perform(BallotEffect effect) {
        switch (effect) {
            case BallotEffect.Persist e -> parts.votes().write(e.vote());
            case BallotEffect.Send e -> send(e.to(), e.message());
            case BallotEffect.SendAll e -> sendAll(e.message());
            case BallotEffect.Finalized e -> finalized(e);
            case BallotEffect.NeedBlocks e -> serve(e.to(), e.fromHeight());
            case BallotEffect.Guilty e -> guilty(e);
            case BallotEffect.Stopped e -> stopped(e);
        }
    }

    private void finalized(BallotEffect.Finalized effect) {
        parts.blocks().append(effect.block());
        view.advance(effect.block(), effect.after());
        try {
            LedgerSnapshot.keepIfDue(parts.blocks(), effect.block(), effect.after());
        } catch (StoreFailure e) {
            // Rule C6 halts for votes and blocks, for which room is set aside.
            getContext().getLog().warn("no snapshot: {}", e.getMessage());
        }
    }

    private void guilty(BallotEffect.Guilty proof) {
        view.keep(proof);
        getContext().getLog().error("authority {} signed two votes for one ballot and height", proof.authority());
    }

    private void stopped(BallotEffect.Stopped effect) {
        LedgerFailure failure = new LedgerFailure(LedgerFailure.Kind.VOTE, effect.reason(), effect.conflicting());
        view.stop(failure);
        parts.onFailure().accept(failure);
    }

    private void send(int to, BallotMessage message) {
        wire.accept(to, new BallotFrame(self, message).encode(parts.run()));
    }

    private void sendAll(BallotMessage message) {
        int count = parts.genesis().authorities().size();
        if (count == 1) {
            return;
        }
        BallotEnvelope envelope = new BallotFrame(self, message).encode(parts.run());
        for (int to = 0; to < count; to++) {
            if (to != self) {
                wire.accept(to, envelope);
            }
        }
    }

    /** One message of blocks, as many as fit; who lacks more asks again. */
    private void serve(int to, long fromHeight) {
        List<CertifiedBlock> blocks = new ArrayList<>();
        for (long height = fromHeight; blocks.size() < Limits.CERTIFIED_MAX_COUNT; height++) {
            Optional<CertifiedBlock> block = parts.blocks().read(height);
            if (block.isEmpty()) {
                break;
            }
            blocks.add(block.get());
        }
        if (!blocks.isEmpty()) {
            send(to, BallotCodec.fitting(blocks));
        }
    }
}

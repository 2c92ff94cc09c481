package covey.actors.run;

import covey.actors.engine.EngineActor;
import covey.actors.engine.EngineWork;
import covey.actors.judge.ScorerActor;
import covey.actors.judge.ValidatorActor;
import covey.actors.keep.CheckpointKeeper;
import covey.actors.keep.EngineMemory;
import covey.actors.ledger.LedgerFollower;
import covey.actors.ledger.LedgerView;
import covey.actors.node.NodeEvent;
import covey.actors.outer.AbsenceWatch;
import covey.actors.outer.Absences;
import covey.actors.outer.EffectRunner;
import covey.actors.outer.NodeView;
import covey.actors.outer.PeerActor;
import covey.actors.train.ContributionMaker;
import covey.actors.train.StopSwitch;
import covey.actors.train.TrainingRun;
import covey.actors.transfer.ShardActor;
import covey.actors.transfer.TransferActor;
import covey.actors.weigh.CaughtUpActor;
import covey.actors.weigh.ChallengerActor;
import covey.actors.weigh.WeigherActor;
import covey.protocol.assign.DataAssignment;
import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.Layout;
import covey.protocol.journal.JournalCodec;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.Engine;
import covey.protocol.port.StoreFailure;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerMachine;
import covey.protocol.score.ScorePlan;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node's roles and ends them in order: who decides first, the engine last. No role is ever restarted: an
 * exception is a bug or a broken disk or device, and the node stops with one line.
 */
final class NodeGuardian {
    /** What it is told. */
    sealed interface Command {}

    private record Restored(PeerInput.Memory memory) implements Command {}

    private record ToPeer(PeerActor.Command command) implements Command {}

    private record Marked(long round) implements Command {}

    private record Say(PeerEffect.Say say) implements Command {}

    private record Published(LedgerState ledger) implements Command {}

    private record Provided() implements Command {}

    private record Lacking(String line) implements Command {}

    private record Fail(String what) implements Command {}

    private record Halt(String reason) implements Command {}

    record Stop() implements Command {}

    /** @param mechanism its name on the ledger */
    record Weigh(String mechanism, SortedMap<Hotkey, Integer> weights) implements Command {}

    /** What outlives the ActorSystem. @param reason gets one line if the node stops by itself */
    record Outside(NodeParts parts, NodeView view, StopSwitch stop, AtomicReference<String> reason) {}

    private static final DispatcherSelector PINNED = DispatcherSelector.fromConfig("covey.pinned");
    private static final Logger LOG = LoggerFactory.getLogger(NodeGuardian.class);

    private final ActorContext<Command> context;
    private final ActorRef<Command> self;
    private final Outside outside;
    private final NodeParts parts;
    private final ActorRef<EngineActor.Command> engine;
    private final ActorRef<TransferActor.Command> transfer;
    private final ActorRef<ValidatorActor.Command> validator;
    private final ActorRef<PeerActor.Command> peer;
    private final Optional<ActorRef<ScorerActor.Command>> scorer;
    private final Optional<Weighing> weighing;
    private Optional<ActorRef<LedgerFollower.Command>> follower = Optional.empty();
    private Optional<ActorRef<AbsenceWatch.Command>> watch = Optional.empty();
    private Optional<LedgerState> unseen = Optional.empty();
    private boolean provided;
    private boolean looked;
    private boolean stopping;

    private NodeGuardian(ActorContext<Command> context, Outside outside) {
        this.context = context;
        this.self = context.getSelf();
        this.outside = outside;
        this.parts = outside.parts();
        engine = spawn(EngineActor.create(new EngineWork(engineParts()), new FromEngine(self)), "engine");
        transfer = spawn(TransferActor.create(transferParts()), "transfer");
        validator = spawn(ValidatorActor.create(validatorParts(), this::input, parts.events()), "validator");
        peer = spawn(PeerActor.create(peerParts()), "peer");
        weighing = parts.genesis().economics().filter(_ -> isValidator()).map(this::weighing);
        scorer = isValidator() ? Optional.of(spawn(ScorerActor.create(scorerParts()), "scorer")) : Optional.empty();
        provided = parts.missing().shards().isEmpty();
        if (!provided) {
            spawn(ShardActor.create(shardParts()), "shards");
        }
    }

    static Behavior<Command> create(Outside outside) {
        return Behaviors.setup(context -> {
            NodeGuardian guardian = new NodeGuardian(context, outside);
            return Behaviors.receive(Command.class)
                    .onMessage(Restored.class, guardian::restored)
                    .onMessage(ToPeer.class, guardian::toPeer)
                    .onMessage(Marked.class, guardian::marked)
                    .onMessage(Say.class, guardian::say)
                    .onMessage(Published.class, guardian::published)
                    .onMessage(Provided.class, guardian::provided)
                    .onMessage(Lacking.class, guardian::lacking)
                    .onMessage(Weigh.class, guardian::weigh)
                    .onMessage(Halt.class, m -> guardian.stop(m.reason()))
                    .onMessage(Fail.class, m -> guardian.fail(m.what()))
                    .onMessage(Stop.class, m -> guardian.stop(""))
                    .onSignal(ChildFailed.class, guardian::failed)
                    .onSignal(Terminated.class, guardian::terminated)
                    .build();
        });
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        ActorRef<T> child = context.spawn(behavior, name, PINNED);
        context.watch(child);
        return child;
    }

    private EngineWork.Parts engineParts() {
        EngineMemory memory = new EngineMemory(parts.records(), parts.engine());
        var making = new ContributionMaker.Parts(parts.engine(), parts.contents(), memory, parts.faults());
        return new EngineWork.Parts(
                parts.genesis(),
                parts.engine(),
                memory,
                parts.contents(),
                new TrainingRun(parts.engine(), parts.genesis(), outside.stop(), parts.faults(), parts.events()),
                new ContributionMaker(parts.genesis(), parts.runId(), parts.crypto(), parts.signer(), making),
                new CheckpointKeeper(parts.contents(), parts.checkpoints()),
                parts.evaluationWindows(),
                parts.faults());
    }

    /** Through the guardian, as the peer is made after the engine. */
    private record FromEngine(ActorRef<Command> guardian) implements EngineActor.Results {
        @Override
        public void restored(PeerInput.Memory memory) {
            guardian.tell(new Restored(memory));
        }

        @Override
        public void input(PeerInput input) {
            guardian.tell(new ToPeer(new PeerActor.Take(input)));
        }

        @Override
        public void trainLoss(long round, double meanLoss) {
            guardian.tell(new ToPeer(new PeerActor.TrainLoss(round, meanLoss)));
        }

        @Override
        public void marked(long round) {
            guardian.tell(new Marked(round));
        }

        @Override
        public void applied(long round, ContentId root, double heldOutLoss) {
            guardian.tell(new ToPeer(new PeerActor.Applied(round, root, heldOutLoss)));
        }
    }

    private PeerActor.Parts peerParts() {
        return new PeerActor.Parts(
                new PeerMachine(parts.genesis(), parts.runId(), parts.crypto(), parts.self(), parts.roles()),
                parts.journal(),
                new JournalCodec(parts.crypto()),
                new EffectRunner(
                        parts.self(),
                        engine,
                        transfer,
                        validator,
                        say -> self.tell(new Say(say)),
                        outside.stop(),
                        isValidator(),
                        parts.faults(),
                        parts.events(),
                        reason -> self.tell(new Halt(reason))),
                outside.view());
    }

    private boolean isValidator() {
        return Role.VALIDATOR.in(parts.roles());
    }

    private ScorerActor.Parts scorerParts() {
        DataAssignment assignment =
                new DataAssignment(parts.runId(), parts.genesis().trainWindows(), parts.crypto());
        return new ScorerActor.Parts(
                parts.self(),
                parts.genesis(),
                new ScorePlan(parts.genesis().training(), assignment, parts.crypto()),
                parts.contents(),
                engine,
                parts.scores(),
                book -> weighing.ifPresent(w -> w.scored(book)),
                found -> self.tell(new Say(new PeerEffect.Say(Role.VALIDATOR, found))));
    }

    private Weighing weighing(Economics economics) {
        var weigher = spawn(
                WeigherActor.create(Weighing.weigherParts(parts, economics, say -> self.tell(new Say(say)))),
                "weigher");
        var challenger = spawn(ChallengerActor.create(Weighing.challengerParts(parts, weigher)), "challenger");
        return new Weighing(
                weigher,
                spawn(
                        CaughtUpActor.create(Weighing.quiet(parts), state -> {
                            weigher.tell(new WeigherActor.Ledger(state));
                            challenger.tell(new ChallengerActor.Ledger(state));
                        }),
                        "caught-up"));
    }

    private TransferActor.Parts transferParts() {
        return new TransferActor.Parts(
                parts.self(), parts.transfer(), parts.contents(), parts.plane()::near, parts.faults(), this::input);
    }

    private ShardActor.Parts shardParts() {
        return new ShardActor.Parts(
                parts.self(),
                parts.transfer(),
                parts.plane()::near,
                System::nanoTime,
                parts.missing(),
                parts.events(),
                () -> self.tell(new Provided()),
                line -> self.tell(new Lacking(line)));
    }

    private ValidatorActor.Parts validatorParts() {
        return new ValidatorActor.Parts(
                check(),
                Layout.of(parts.genesis().model()),
                parts.contents(),
                Duration.ofMillis(parts.genesis().timing().collectMs() / 2));
    }

    private ContributionCheck check() {
        return new ContributionCheck(
                parts.runId(),
                Layout.of(parts.genesis().model()),
                parts.genesis().training(),
                parts.crypto());
    }

    /** From any thread. */
    private void input(PeerInput input) {
        self.tell(new ToPeer(new PeerActor.Take(input)));
    }

    /** The peer knows what it has before it hears of the ledger. */
    private Behavior<Command> restored(Restored event) {
        peer.tell(new PeerActor.Take(new PeerInput.Restarted(event.memory())));
        if (!stopping) {
            follow();
        }
        return Behaviors.same();
    }

    private void follow() {
        var following = new LedgerFollower.Parts(
                parts.genesis(),
                parts.runId(),
                parts.crypto(),
                parts.signer(),
                parts.chain(),
                parts.blocks(),
                new LedgerView(new LedgerMachine(parts.genesis(), parts.runId(), parts.crypto())),
                new SecureRandom()::nextLong,
                failure -> self.tell(new Fail("ledger: " + failure.reason())));
        follower = Optional.of(spawn(LedgerFollower.create(following), "ledger"));
        follower.get().tell(new LedgerFollower.Subscribe(advanced -> self.tell(new Published(advanced.state()))));
        if (parts.genesis().authorityIndex(parts.self()) >= 0) {
            var watching = new Absences.Parts(
                    parts.self(),
                    parts.genesis().authorityKeys(),
                    parts.plane()::isReachable,
                    parts.plane()::inGrace,
                    parts.pingAgeMs(),
                    System::nanoTime,
                    say -> self.tell(new Say(say)));
            watch = Optional.of(spawn(
                    AbsenceWatch.create(new Absences(watching, outside.view().ledger())), "absence"));
        }
    }

    private Behavior<Command> toPeer(ToPeer message) {
        peer.tell(message.command());
        return Behaviors.same();
    }

    private Behavior<Command> marked(Marked message) {
        scorer.ifPresent(ref -> ref.tell(new ScorerActor.Marked(message.round())));
        return Behaviors.same();
    }

    private Behavior<Command> say(Say message) {
        follower.ifPresent(ref -> ref.tell(
                new LedgerFollower.Say(message.say().role(), message.say().statement())));
        return Behaviors.same();
    }

    private Behavior<Command> published(Published event) {
        watch.ifPresent(ref -> ref.tell(new AbsenceWatch.Ledger(event.ledger())));
        if (provided) {
            advance(event.ledger());
        } else {
            unseen = Optional.of(event.ledger());
            peer.tell(new PeerActor.Fetching(event.ledger()));
        }
        return Behaviors.same();
    }

    private void advance(LedgerState ledger) {
        peer.tell(new PeerActor.Take(new PeerInput.Advanced(ledger)));
        validator.tell(new ValidatorActor.Ledger(ledger));
        scorer.ifPresent(ref -> ref.tell(new ScorerActor.Ledger(ledger)));
        weighing.ifPresent(w -> w.published(ledger));
        if (!looked) {
            looked = true;
            transfer.tell(TransferActor.Look.of(ledger));
        }
    }

    /** From here on the node is as one that has just started: it catches up and says that it is ready (rule F1). */
    private Behavior<Command> provided(Provided event) {
        provided = true;
        unseen.ifPresent(this::advance);
        unseen = Optional.empty();
        return Behaviors.same();
    }

    /** An authority orders blocks with or without the data, and goes on asking. */
    private Behavior<Command> lacking(Lacking event) {
        if (parts.genesis().authorityIndex(parts.self()) < 0) {
            return fail(event.line());
        }
        LOG.warn(event.line());
        return Behaviors.same();
    }

    private Behavior<Command> weigh(Weigh message) {
        weighing.ifPresent(w -> w.weigh(message.mechanism(), message.weights()));
        return Behaviors.same();
    }

    private Behavior<Command> failed(ChildFailed signal) {
        return fail(signal.getRef().path().name() + ": " + line(signal.getCause()));
    }

    /** EngineFailure and StoreFailure say what to do; of a bug the name of the exception is worth more than nothing. */
    private static String line(Throwable cause) {
        String message = cause.getMessage();
        boolean environment = cause instanceof Engine.EngineFailure || cause instanceof StoreFailure;
        String text = message == null
                ? cause.toString()
                : environment ? message : cause.getClass().getSimpleName() + ": " + message;
        return text.lines().findFirst().orElse("");
    }

    private Behavior<Command> fail(String what) {
        if (!stopping) {
            LOG.error("the node stops: {}", what);
            parts.events().accept(new NodeEvent.Failure(what));
        }
        return stop(what);
    }

    /** Ends whoever decides or listens, then the engine, then all. */
    private Behavior<Command> stop(String why) {
        if (!stopping) {
            stopping = true;
            outside.reason().set(why);
            outside.stop().stopAll();
            context.getChildren().stream()
                    .filter(child -> !child.equals(engine))
                    .forEach(context::stop);
            engine.tell(new EngineActor.Stop());
        }
        return context.getChildren().isEmpty() ? Behaviors.stopped() : Behaviors.same();
    }

    private Behavior<Command> terminated(Terminated signal) {
        return stop(signal.getRef().path().name() + ": ended (expected: never)");
    }
}

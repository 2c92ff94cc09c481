package covey.actors.engine;

import covey.actors.keep.CheckpointKeeper;
import covey.actors.keep.EngineMemory;
import covey.actors.train.ContributionMaker;
import covey.actors.train.TrainingRun;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Engine;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The only one that touches the engine. Its thread is its own, as every command blocks it: training for seconds,
 * records
 * for an fsync. What a command makes is durable before the peer hears of it.
 */
public final class EngineActor {
    /** What it is told; in the order of the peer's effects. */
    public sealed interface Command {}

    public record Train(PeerEffect.Train effect) implements Command {}

    public record Compress(PeerEffect.Compress effect) implements Command {}

    /** @param judge whether to mark θ for {@link Measure} before, and to measure it on held-out windows afterwards */
    public record Settle(PeerEffect.Settle effect, boolean judge) implements Command {}

    /**
     * Losses at the θ that was marked before a round was applied.
     *
     * @param reply told on the engine's thread; empty if that θ isn't marked any more
     */
    public record Measure(
            long round, List<Long> windows, Optional<Engine.Trial> trial, Consumer<Optional<double[]>> reply)
            implements Command {
        public Measure {
            windows = List.copyOf(windows);
        }
    }

    public record Load(PeerEffect.Load effect) implements Command {}

    public record Keep(PeerEffect.Keep effect) implements Command {}

    /** Gives the last θ to the checkpoint sink and ends. */
    public record Stop() implements Command {}

    private record Restore() implements Command {}

    /** What the engine's owner hears, on the engine's thread. */
    public interface Results {
        /** First of all: what the disk held. */
        void restored(PeerInput.Memory memory);

        void input(PeerInput input);

        /** @param meanLoss nats per token; NaN if no step was made */
        void trainLoss(long round, double meanLoss);

        /**
         * After {@link PeerInput.Settled}.
         *
         * @param heldOutLoss nats per token; NaN if it was not asked for
         */
        void applied(long round, ContentId root, double heldOutLoss);

        /** After {@link #applied}: θ before the round can be asked for losses. */
        void marked(long round);
    }

    /**
     * @param training,maker run on the engine's thread
     * @param evaluationWindows held-out windows of {@link Settle#judge}; empty = none are measured
     */
    public record Parts(
            Genesis genesis,
            Engine engine,
            EngineMemory memory,
            ContentStore contents,
            TrainingRun training,
            ContributionMaker maker,
            CheckpointKeeper keeper,
            List<Long> evaluationWindows,
            FaultPoints faults) {}

    private final Parts parts;
    private final Engine engine;
    private final Results results;
    /** Whose θ the engine has; -1 before it has any. */
    private long round = -1;
    /** Before which θ was marked last. */
    private long marked = -1;

    private EngineActor(Parts parts, Results results) {
        this.parts = parts;
        this.engine = parts.engine();
        this.results = results;
    }

    /** Restores the engine first, then takes commands. */
    public static Behavior<Command> create(Parts parts, Results results) {
        return Behaviors.setup(context -> {
            EngineActor actor = new EngineActor(parts, results);
            context.getSelf().tell(new Restore());
            return Behaviors.receive(Command.class)
                    .onMessage(Restore.class, actor::restore)
                    .onMessage(Train.class, m -> actor.then(actor::train, m.effect()))
                    .onMessage(Compress.class, m -> actor.then(actor::compress, m.effect()))
                    .onMessage(Settle.class, m -> actor.then(actor::settle, m))
                    .onMessage(Measure.class, m -> actor.then(actor::measure, m))
                    .onMessage(Load.class, m -> actor.then(actor::load, m.effect()))
                    .onMessage(Keep.class, m -> actor.then(actor::keep, m.effect()))
                    .onMessage(Stop.class, m -> actor.stop())
                    .build();
        });
    }

    private <T> Behavior<Command> then(Consumer<T> work, T argument) {
        work.accept(argument);
        return Behaviors.same();
    }

    private Behavior<Command> restore(Restore restore) {
        PeerInput.Memory memory = parts.memory().restore(parts.genesis());
        round = memory.settledRound();
        results.restored(memory);
        return Behaviors.same();
    }

    private void train(PeerEffect.Train effect) {
        Engine.TrainReport report = parts.training().run(effect);
        results.trainLoss(effect.round(), report.steps() == 0 ? Double.NaN : report.meanLoss());
        results.input(new PeerInput.Trained(effect.round(), report.steps()));
    }

    private void compress(PeerEffect.Compress effect) {
        results.input(parts.maker().make(effect));
    }

    private void settle(Settle command) {
        PeerEffect.Settle effect = command.effect();
        List<Engine.Applied> collectSet = effect.collectSet().stream()
                .map(s -> new Engine.Applied(s.hotkey(), content(s.contribution()), s.trustQ16()))
                .toList();
        parts.faults().reached(Point.APPLY_READY, effect.round());
        if (effect.fold()) {
            engine.fold();
        }
        effect.giveBack().ifPresent(own -> engine.giveBack(content(own)));
        if (effect.clear()) {
            engine.clearErrorFeedback();
        }
        boolean marks = command.judge() && !collectSet.isEmpty();
        if (marks) {
            engine.mark();
            marked = effect.round();
        }
        ContentId root = collectSet.isEmpty() ? engine.stateRoot() : engine.apply(collectSet);
        parts.memory().settled(effect.round(), root);
        round = effect.round();
        parts.faults().reached(Point.APPLY_SETTLED, effect.round());
        results.input(new PeerInput.Settled(effect.round(), root));
        results.applied(effect.round(), root, command.judge() ? heldOutLoss() : Double.NaN);
        if (marks) {
            results.marked(effect.round());
        }
    }

    private void measure(Measure command) {
        boolean here = command.round() == marked;
        long[] windows = command.windows().stream().mapToLong(Long::longValue).toArray();
        command.reply().accept(here ? Optional.of(engine.trialLosses(windows, command.trial())) : Optional.empty());
    }

    private double heldOutLoss() {
        if (parts.evaluationWindows().isEmpty()) {
            return Double.NaN;
        }
        return engine.heldOutLoss(
                parts.evaluationWindows().stream().mapToLong(Long::longValue).toArray());
    }

    private void load(PeerEffect.Load effect) {
        ContentId root = effect.round() == 0 ? engine.initialize() : engine.load(content(effect.root()));
        if (!root.equals(effect.root())) {
            throw new IllegalStateException("checkpoint: root " + root + " (expected: " + effect.root() + ")");
        }
        parts.memory().loaded(effect.round(), root);
        round = effect.round();
        results.input(new PeerInput.Loaded(effect.round(), root));
    }

    private void keep(PeerEffect.Keep effect) {
        parts.keeper().keep(effect.round(), effect.root(), engine.theta());
    }

    private Behavior<Command> stop() {
        if (round >= 0) {
            parts.keeper().last(round, engine.stateRoot(), engine.theta());
        }
        return Behaviors.stopped();
    }

    private MemorySegment content(ContentId id) {
        return parts.contents()
                .read(id)
                .orElseThrow(() -> new IllegalStateException("content " + id + ": absent (expected: stored)"));
    }
}

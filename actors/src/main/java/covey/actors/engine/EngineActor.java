package covey.actors.engine;

import covey.protocol.model.ContentId;
import covey.protocol.port.Engine;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The only one that touches the engine. Its thread is its own, as every command blocks it: training for seconds,
 * records for an fsync. What a command makes is durable before the peer hears of it.
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

    private final EngineWork work;
    private final Results results;
    /** Before which θ was marked last. */
    private long marked = -1;

    private EngineActor(EngineWork work, Results results) {
        this.work = work;
        this.results = results;
    }

    /** Restores the engine first, then takes commands. */
    public static Behavior<Command> create(EngineWork work, Results results) {
        return Behaviors.setup(context -> {
            EngineActor actor = new EngineActor(work, results);
            context.getSelf().tell(new Restore());
            return Behaviors.receive(Command.class)
                    .onMessage(Restore.class, m -> actor.then(results::restored, work.restore()))
                    .onMessage(Train.class, m -> actor.then(actor::train, m.effect()))
                    .onMessage(Compress.class, m -> actor.then(results::input, work.compress(m.effect())))
                    .onMessage(Settle.class, m -> actor.then(actor::settle, m))
                    .onMessage(Measure.class, m -> actor.then(actor::measure, m))
                    .onMessage(Load.class, m -> actor.then(results::input, work.load(m.effect())))
                    .onMessage(Keep.class, m -> actor.then(results::input, work.keep(m.effect())))
                    .onMessage(Stop.class, m -> actor.stop())
                    .build();
        });
    }

    private <T> Behavior<Command> then(Consumer<T> action, T argument) {
        action.accept(argument);
        return Behaviors.same();
    }

    private void train(PeerEffect.Train effect) {
        Engine.TrainReport report = work.train(effect);
        results.trainLoss(effect.round(), report.steps() == 0 ? Double.NaN : report.meanLoss());
        results.input(new PeerInput.Trained(effect.round(), report.steps()));
    }

    private void settle(Settle command) {
        PeerEffect.Settle effect = command.effect();
        boolean marks = command.judge() && !effect.collectSet().isEmpty();
        if (marks) {
            work.mark();
            marked = effect.round();
        }
        PeerInput.Settled settled = work.settle(effect);
        results.input(settled);
        results.applied(settled.round(), settled.root(), command.judge() ? work.heldOutLoss() : Double.NaN);
        if (marks) {
            results.marked(effect.round());
        }
    }

    private void measure(Measure command) {
        boolean here = command.round() == marked;
        command.reply().accept(here ? Optional.of(work.losses(command.windows(), command.trial())) : Optional.empty());
    }

    private Behavior<Command> stop() {
        work.end();
        return Behaviors.stopped();
    }
}

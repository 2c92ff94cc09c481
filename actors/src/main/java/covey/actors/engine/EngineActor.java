package covey.actors.engine;

import covey.protocol.model.ContentId;
import covey.protocol.port.Engine;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
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

    /** @param evaluate whether to measure θ afterwards */
    public record Settle(PeerEffect.Settle effect, boolean evaluate) implements Command {}

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
    }

    private final EngineWork work;
    private final Results results;

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
                    .onMessage(Load.class, m -> actor.then(results::input, work.load(m.effect())))
                    .onMessage(Keep.class, m -> actor.then(work::keep, m.effect()))
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
        PeerInput.Settled settled = work.settle(command.effect());
        results.input(settled);
        results.applied(settled.round(), settled.root(), command.evaluate() ? work.heldOutLoss() : Double.NaN);
    }

    private Behavior<Command> stop() {
        work.end();
        return Behaviors.stopped();
    }
}

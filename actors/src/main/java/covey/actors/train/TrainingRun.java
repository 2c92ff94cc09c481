package covey.actors.train;

import covey.actors.node.NodeEvent;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** One round's inner steps, told step by step. Used by the engine's thread. */
public final class TrainingRun {
    private final Engine engine;
    private final Genesis genesis;
    private final StopSwitch stop;
    private final FaultPoints faults;
    private final Consumer<NodeEvent> events;

    public TrainingRun(
            Engine engine, Genesis genesis, StopSwitch stop, FaultPoints faults, Consumer<NodeEvent> events) {
        this.engine = engine;
        this.genesis = genesis;
        this.stop = stop;
        this.faults = faults;
        this.events = events;
    }

    /** Blocks until all inner steps are made or the switch ends them. */
    public Engine.TrainReport run(PeerEffect.Train effect) {
        long[] windows = effect.windows().stream().mapToLong(Long::longValue).toArray();
        long round = effect.round();
        long startNs = System.nanoTime();
        AtomicInteger made = new AtomicInteger();
        IntPredicate ends = stop.of(round);
        Engine.TrainReport report = engine.train(
                windows, effect.appliedRounds(), () -> ends.test(made.get()), (step, loss, learningRate) -> {
                    made.set(step);
                    stepped(round, step, loss, learningRate, startNs);
                });
        if (report.steps() == steps()) {
            faults.reached(Point.TRAIN_DONE, round);
        }
        events.accept(
                new NodeEvent.Trained(round, report.steps(), report.steps() == 0 ? Double.NaN : report.meanLoss()));
        return report;
    }

    private int steps() {
        return genesis.training().innerSteps();
    }

    private void stepped(long round, int step, double loss, double learningRate, long startNs) {
        long tokens = (long) step * genesis.training().batch() * genesis.model().sequence();
        double seconds = Math.max(1, System.nanoTime() - startNs) / 1e9;
        events.accept(new NodeEvent.InnerStep(round, step, steps(), loss, learningRate, tokens / seconds));
        if (step == (steps() + 1) / 2) {
            faults.reached(Point.TRAIN_HALF, round);
        }
    }
}

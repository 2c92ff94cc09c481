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

/**
 * What an engine does for a peer's effects. What a call makes is durable when it returns (rule E3). Used by the
 * engine's thread; every call blocks it.
 */
public final class EngineWork {
    /**
     * @param training,maker run on the engine's thread
     * @param evaluationWindows held-out windows of {@link #heldOutLoss}; empty = none are measured
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
    /** Whose θ the engine has; -1 before it has any. */
    private long round = -1;

    public EngineWork(Parts parts) {
        this.parts = parts;
        this.engine = parts.engine();
    }

    /** First of all: what the disk holds. */
    public PeerInput.Memory restore() {
        PeerInput.Memory memory = parts.memory().restore(parts.genesis());
        round = memory.settledRound();
        return memory;
    }

    public Engine.TrainReport train(PeerEffect.Train effect) {
        return parts.training().run(effect);
    }

    /** {@link PeerInput.Recorded} or {@link PeerInput.NotFinite}. */
    public PeerInput compress(PeerEffect.Compress effect) {
        return parts.maker().make(effect);
    }

    public PeerInput.Settled settle(PeerEffect.Settle effect) {
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
        ContentId root = collectSet.isEmpty() ? engine.stateRoot() : engine.apply(collectSet);
        parts.memory().settled(effect.round(), root);
        round = effect.round();
        parts.faults().reached(Point.APPLY_SETTLED, effect.round());
        return new PeerInput.Settled(effect.round(), root);
    }

    /** Nats per token; NaN without windows to measure it on. */
    public double heldOutLoss() {
        return parts.evaluationWindows().isEmpty() ? Double.NaN : engine.heldOutLoss(array(parts.evaluationWindows()));
    }

    /** Remembers θ for {@link #losses}. */
    void mark() {
        engine.mark();
    }

    /** Of train windows at the marked θ, in nats per token (rule J1). */
    double[] losses(List<Long> windows, Optional<Engine.Trial> trial) {
        return engine.trialLosses(array(windows), trial);
    }

    private static long[] array(List<Long> windows) {
        return windows.stream().mapToLong(Long::longValue).toArray();
    }

    public PeerInput.Loaded load(PeerEffect.Load effect) {
        ContentId root = effect.round() == 0 ? engine.initialize() : engine.load(content(effect.root()));
        if (!root.equals(effect.root())) {
            throw new IllegalStateException("checkpoint: root " + root + " (expected: " + effect.root() + ")");
        }
        parts.memory().loaded(effect.round(), root);
        round = effect.round();
        return new PeerInput.Loaded(effect.round(), root);
    }

    /** θ is durable in the store on return. */
    public PeerInput.Stored keep(PeerEffect.Keep effect) {
        parts.keeper().keep(effect.round(), effect.root(), engine.theta());
        return new PeerInput.Stored(effect.root());
    }

    /** Gives the last θ to the checkpoint sink. */
    void end() {
        if (round >= 0) {
            parts.keeper().last(round, engine.stateRoot(), engine.theta());
        }
    }

    private MemorySegment content(ContentId id) {
        return parts.contents()
                .read(id)
                .orElseThrow(() -> new IllegalStateException("content " + id + ": absent (expected: stored)"));
    }
}

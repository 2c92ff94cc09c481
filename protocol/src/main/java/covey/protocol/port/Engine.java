package covey.protocol.port;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sole owner of θ, the inner optimizer's state and error feedback. Calls block for as long as the work takes and must
 * come from one thread at a time: the engine actor's dispatcher. A failure of the environment (memory, device) is an
 * {@link EngineFailure}.
 */
public interface Engine extends AutoCloseable {
    /** Sets θ_0 from the genesis seed (rule H8), zero moments and error feedback; returns the state root. */
    ContentId initialize();

    /** Loads θ from canonical bytes of a checkpoint; moments and error feedback become zero. Returns the state root. */
    ContentId load(MemorySegment theta);

    /** Writes θ, moments, error feedback and counters as sections. */
    void snapshot(Sections.Writer out);

    /** Restores what {@link #snapshot} wrote, bit for bit. Sections that are absent keep their current value. */
    void restore(Sections.Reader in);

    /** θ's canonical bytes: fp32 little-endian in layout order. Valid until the next call that changes θ. */
    MemorySegment theta();

    ContentId stateRoot();

    /**
     * Inner steps from θ. θ itself keeps its bits; the trained parameters stand beside it until {@link #compress} or
     * {@link #fold}.
     *
     * @param windows B·H window ids, in the order of training
     * @param appliedRounds non-empty rounds applied so far, for the learning rate (rule H9)
     * @param stop asked between inner steps; true ends training
     */
    TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener);

    /** @param meanLoss nats per token over the steps made, before each update */
    record TrainReport(int steps, double meanLoss, double lastLoss, long tokens) {}

    interface StepListener {
        /** After inner step {@code step}, from 1. */
        void stepped(int step, double loss, double learningRate);
    }

    /**
     * Δ, error feedback, compression (rules H2-H4): e ← β·e + Δ, then planes = Q(top-k(e)) and e ← e − decode(planes).
     *
     * @return the encoded planes, or empty planes if e is not finite (then e is unchanged and nothing may be committed)
     */
    Compressed compress();

    record Compressed(boolean finite, MemorySegment planes) {}

    /** The round closed before our commit: e ← β·e + Δ of the steps made (rule E3). */
    void fold();

    /** e ← e + decode(planes) in full: late, unfetched or not selected (rule E3). */
    void giveBack(MemorySegment contribution);

    /** One accepted contribution of a collect set. */
    record Applied(Hotkey hotkey, MemorySegment contribution, int trustQ16) {}

    /** The exact outer step over the collect set, ordered by hotkey (rules H6, H7); returns the new state root. */
    ContentId apply(List<Applied> collectSet);

    /** Sets error feedback to zero. */
    void clearErrorFeedback();

    /** Mean loss in nats per token of θ over held-out windows. */
    double heldOutLoss(long[] windows);

    /** Remembers θ as it is now for {@link #trialLosses}, instead of the one remembered before. */
    void mark();

    /**
     * A step that shows what a contribution is good for (rule J1): θ − step·f·v from the marked θ.
     *
     * @param contribution accepted; its memory stays as it is
     * @param clipQ16 clip factors f by part of the layout, in 1/65536
     * @param step trial learning rate, 0.2·α
     */
    record Trial(MemorySegment contribution, List<Integer> clipQ16, double step) {
        public Trial {
            clipQ16 = List.copyOf(clipQ16);
        }
    }

    /**
     * Loss in nats per token of each train window, at the marked θ or after a trial step from it. θ keeps its bits.
     *
     * @param trial empty = no step
     */
    double[] trialLosses(long[] windows, Optional<Trial> trial);

    /** Continues a prompt; for {@code covey generate}. @param temperature 0 = greedy */
    int[] generate(int[] prompt, int count, double temperature, long seed);

    @Override
    void close();

    /** The environment failed: out of memory, device lost. */
    class EngineFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public EngineFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

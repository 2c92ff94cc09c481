package covey.chaos.hostile;

import covey.protocol.model.ContentId;
import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The engine of an honest node, as far as whoever uses it does not do otherwise. */
class BorrowedEngine implements Engine {
    final Engine honest;

    BorrowedEngine(Engine honest) {
        this.honest = honest;
    }

    @Override
    public TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener) {
        return honest.train(windows, appliedRounds, stop, listener);
    }

    @Override
    public Compressed compress() {
        return honest.compress();
    }

    @Override
    public void fold() {
        honest.fold();
    }

    @Override
    public void giveBack(MemorySegment contribution) {
        honest.giveBack(contribution);
    }

    @Override
    public ContentId apply(List<Applied> collectSet) {
        return honest.apply(collectSet);
    }

    @Override
    public ContentId initialize() {
        return honest.initialize();
    }

    @Override
    public ContentId load(MemorySegment theta) {
        return honest.load(theta);
    }

    @Override
    public void snapshot(Sections.Writer out) {
        honest.snapshot(out);
    }

    @Override
    public void restore(Sections.Reader in) {
        honest.restore(in);
    }

    @Override
    public MemorySegment theta() {
        return honest.theta();
    }

    @Override
    public ContentId stateRoot() {
        return honest.stateRoot();
    }

    @Override
    public void clearErrorFeedback() {
        honest.clearErrorFeedback();
    }

    @Override
    public double heldOutLoss(long[] windows) {
        return honest.heldOutLoss(windows);
    }

    @Override
    public void mark() {
        honest.mark();
    }

    @Override
    public double[] trialLosses(long[] windows, Optional<Trial> trial) {
        return honest.trialLosses(windows, trial);
    }

    @Override
    public int[] generate(int[] prompt, int count, double temperature, long seed) {
        return honest.generate(prompt, count, temperature, seed);
    }

    @Override
    public void close() {
        honest.close();
    }
}

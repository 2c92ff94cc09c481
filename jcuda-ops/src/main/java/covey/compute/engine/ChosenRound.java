package covey.compute.engine;

import covey.compute.cpu.CpuBackend;
import covey.compute.cpu.Crew;
import covey.compute.cpu.round.VectorRound;
import covey.compute.ops.RoundOps;
import covey.compute.reference.ReferenceRound;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.Genesis;
import covey.protocol.outer.TrialStep;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The end of a round in plain loops until the kernels of inner steps have turned to vectors, then in vectors; both
 * have the same bytes.
 */
final class ChosenRound implements RoundEnd<float[]> {
    private final CpuBackend.Kernels kernels;
    private final Layout layout;
    private final Genesis.Training training;
    private RoundOps<float[]> current;
    private final ReferenceCompressor compressor;
    private boolean vectors;

    ChosenRound(CpuBackend.Kernels kernels, Layout layout, Genesis.Training training) {
        this.kernels = kernels;
        this.layout = layout;
        this.training = training;
        current = new ReferenceRound(layout, training);
        compressor = new ReferenceCompressor(layout, training.bits(), training.errorFeedbackDecay());
    }

    private RoundOps<float[]> current() {
        Optional<Crew> crew = vectors ? Optional.empty() : kernels.crew().get();
        crew.ifPresent(threads -> {
            current = new VectorRound(threads, layout, training);
            vectors = true;
        });
        return current;
    }

    @Override
    public Optional<byte[]> compress(float[] e, float[] delta) {
        return current().compress(e, delta);
    }

    @Override
    public void apply(float[] theta, List<Engine.Applied> collectSet) {
        current().apply(theta, collectSet);
    }

    @Override
    public void fold(float[] e, float[] delta) {
        compressor.accumulate(e, delta);
    }

    @Override
    public void giveBack(MemorySegment contribution, float[] e) {
        compressor.addBack(ContributionReader.planesOf(contribution, layout), e);
    }

    @Override
    public void tryStep(Engine.Trial trial, float[] theta) {
        TrialStep.apply(layout, trial, theta);
    }
}

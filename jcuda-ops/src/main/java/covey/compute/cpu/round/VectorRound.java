package covey.compute.cpu.round;

import covey.compute.cpu.Crew;
import covey.compute.ops.RoundOps;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.outer.OuterStep;
import covey.protocol.outer.PreparedStep;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a round with vectors, on the threads of a crew. */
public final class VectorRound implements RoundOps<float[]> {
    private final Crew crew;
    private final Layout layout;
    private final List<Bands.Band> bands;
    private final EncodedChunks encoded;
    private final ChunkCompressor[] compressors;
    private final OuterStep outerStep;
    private final SparseStep sparseStep;
    private final AggregationPolicy policy;

    public VectorRound(Crew crew, Layout layout, Genesis.Training training) {
        this.crew = crew;
        this.layout = layout;
        bands = Bands.of(layout);
        encoded = new EncodedChunks(layout, training.bits());
        compressors = new ChunkCompressor[crew.count()];
        Arrays.setAll(
                compressors,
                lane -> new ChunkCompressor(layout, training.bits(), training.errorFeedbackDecay(), encoded));
        policy = training.aggregation();
        outerStep = new OuterStep(layout, training.alphaQ16(), policy);
        sparseStep = new SparseStep(crew, layout, training.alphaQ16());
    }

    @Override
    public Optional<byte[]> compress(float[] e, float[] delta) {
        requireLength(e);
        requireLength(delta);
        AtomicBoolean finite = new AtomicBoolean(true);
        crew.run(bands.size(), (lane, item) -> {
            if (finite.getPlain() && !compressors[lane].compress(e, delta, bands.get(item))) {
                finite.set(false);
            }
        });
        return finite.get() ? Optional.of(encoded.toBytes(crew)) : Optional.empty();
    }

    @Override
    public void apply(float[] theta, List<Engine.Applied> collectSet) {
        requireLength(theta);
        List<Engine.Applied> ordered = OuterStep.ordered(collectSet);
        if (ordered.isEmpty()) {
            return;
        }
        switch (policy) {
            case CONTRIBUTOR_MEAN -> sparseStep.apply(theta, ordered, new SparseStep.Divisor(1, 1, 0));
            case MEAN -> sparseStep.apply(theta, ordered, new SparseStep.Divisor(1, 0, ordered.size()));
            case SHRUNK_MEAN -> sparseStep.apply(theta, ordered, new SparseStep.Divisor(2, 2, 1));
            case TRIMMED_MEAN, SIGN_AGREEMENT -> applyPrepared(theta, ordered);
        }
    }

    /** Policies that need each value: as the protocol's own code does it, by several threads. */
    private void applyPrepared(float[] theta, List<Engine.Applied> ordered) {
        PreparedStep step = outerStep.prepare(ordered);
        int stretches = (layout.chunkCount() - 1) / IndexedPlanes.STRETCH + 1;
        crew.run(stretches, (lane, stretch) -> {
            int from = stretch * IndexedPlanes.STRETCH;
            step.apply(theta, from, Math.min(layout.chunkCount(), from + IndexedPlanes.STRETCH));
        });
    }

    private void requireLength(float[] array) {
        if (array.length != layout.parameterCount()) {
            throw new IllegalArgumentException(
                    "values: " + array.length + " (expected: " + layout.parameterCount() + ", the model's parameters)");
        }
    }
}

package covey.compute.cpu.round;

import covey.compute.cpu.Crew;
import covey.compute.ops.RoundOps;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Genesis;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a round with vectors, on the threads of a crew. */
public final class VectorRound implements RoundOps {
    private final Crew crew;
    private final Layout layout;
    private final List<Bands.Band> bands;
    private final EncodedChunks encoded;
    private final ChunkCompressor[] compressors;
    private final OuterStep outerStep;

    public VectorRound(Crew crew, Layout layout, Genesis.Training training) {
        this.crew = crew;
        this.layout = layout;
        bands = Bands.of(layout);
        encoded = new EncodedChunks(layout, training.bits());
        compressors = new ChunkCompressor[crew.count()];
        Arrays.setAll(
                compressors,
                lane -> new ChunkCompressor(layout, training.bits(), training.errorFeedbackDecay(), encoded));
        outerStep = new OuterStep(layout, training.alphaQ16(), training.aggregation());
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
        return finite.get() ? Optional.of(encoded.toBytes()) : Optional.empty();
    }

    @Override
    public void apply(float[] theta, List<Engine.Applied> collectSet) {
        outerStep.apply(theta, collectSet);
    }

    private void requireLength(float[] array) {
        if (array.length != layout.parameterCount()) {
            throw new IllegalArgumentException(
                    "values: " + array.length + " (expected: " + layout.parameterCount() + ", the model's parameters)");
        }
    }
}

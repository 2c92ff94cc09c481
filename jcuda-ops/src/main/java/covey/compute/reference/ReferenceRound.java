package covey.compute.reference;

import covey.compute.ops.RoundOps;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.Genesis;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine;
import java.util.List;
import java.util.Optional;

/** The end of a round as the protocol's own code computes it, on the caller's thread. */
public final class ReferenceRound implements RoundOps<float[]> {
    private final ReferenceCompressor compressor;
    private final OuterStep outerStep;

    public ReferenceRound(Layout layout, Genesis.Training training) {
        compressor = new ReferenceCompressor(layout, training.bits(), training.errorFeedbackDecay());
        outerStep = new OuterStep(layout, training.alphaQ16(), training.aggregation());
    }

    @Override
    public Optional<byte[]> compress(float[] e, float[] delta) {
        if (!compressor.accumulate(e, delta)) {
            return Optional.empty();
        }
        byte[] planes = compressor.encode(e);
        System.arraycopy(e, 0, delta, 0, e.length);
        return Optional.of(planes);
    }

    @Override
    public void apply(float[] theta, List<Engine.Applied> collectSet) {
        outerStep.apply(theta, collectSet);
    }
}

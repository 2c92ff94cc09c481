package covey.protocol.testing;

import covey.protocol.assign.DataAssignment;
import covey.protocol.assign.DataCursor;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.contribution.SampleRoot;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Hash;
import covey.protocol.model.Presets;
import covey.protocol.outer.InitialParameters;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine.Applied;
import covey.protocol.wire.ByteWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One hash over what every replica must compute alike: θ_0, slots, contributions, and θ after some rounds of three
 * trainers. Run it in two JVMs with different hash seeds; the results must be equal.
 */
public final class DeterminismDigest {
    private static final int TRAINERS = 3;

    private DeterminismDigest() {}

    /** Rounds of the nano model with made-up pseudo-gradients; the same for the same arguments, everywhere. */
    public static Hash run(long seed, int rounds) {
        Layout layout = Layout.of(Presets.NANO.shape());
        float[] theta = new float[Math.toIntExact(layout.parameterCount())];
        InitialParameters.fill(Presets.NANO.shape(), seed, theta);
        ByteWriter seen = new ByteWriter().hash(of(theta)).hash(layout.hash(Contributions.CRYPTO));
        float[][] feedback = new float[TRAINERS][theta.length];
        ReferenceCompressor compressor = new ReferenceCompressor(layout, 1, 0.95f);
        OuterStep step = new OuterStep(layout, 1 << 16, AggregationPolicy.CONTRIBUTOR_MEAN);
        DataCursor cursor = DataCursor.START;
        for (int round = 1; round <= rounds; round++) {
            DataCursor.Taken taken = cursor.take(TRAINERS + 3, 120, 3000);
            List<Long> slots = DataAssignment.permute(taken.slots(), of(theta), round, Contributions.CRYPTO);
            cursor = taken.next().giveBack(slots.subList(TRAINERS, slots.size()));
            List<Applied> set = new ArrayList<>();
            for (int i = 0; i < TRAINERS; i++) {
                long[] windows = new DataAssignment(Contributions.RUN, 3000, Contributions.CRYPTO)
                        .windows(taken.pass(), slots.get(i), 120);
                seen.hash(SampleRoot.of(windows, windows.length, Contributions.CRYPTO));
                compressor.accumulate(feedback[i], Contributions.values(layout, Seed.of(seed + windows[0])));
                var signer = TestCrypto.signer(i);
                byte[] content = Contributions.sealed(layout, 1, compressor.encode(feedback[i]), signer);
                seen.hash(Contributions.CRYPTO.sha256(content));
                set.add(new Applied(signer.hotkey(), MemorySegment.ofArray(content), 1 << (16 - i)));
            }
            step.apply(theta, set);
            seen.hash(of(theta));
        }
        return Contributions.CRYPTO.sha256(seen.toByteArray());
    }

    /** SHA-256 of the values as little-endian floats. */
    public static Hash of(float[] values) {
        ByteWriter out = new ByteWriter(4 * values.length);
        for (float value : values) {
            out.i32(Float.floatToRawIntBits(value));
        }
        return Contributions.CRYPTO.sha256(out.toByteArray());
    }
}

package covey.compute.engine;

import covey.compute.cpu.CpuBackend;
import covey.compute.tensor.Floats;
import covey.protocol.contribution.Layout;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.outer.InitialParameters;
import covey.protocol.port.Crypto;
import covey.protocol.port.TokenSource;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The engine on the processor. All results have the same bits for any kernels and any number of threads. */
public final class CpuEngine extends ModelEngine<float[]> {
    /** @param threads threads that compute, the caller's among them; at least 1 */
    public CpuEngine(Genesis genesis, Crypto crypto, TokenSource train, TokenSource heldOut, int threads) {
        this(genesis, crypto, train, heldOut, CpuBackend.AUTO.open(threads));
    }

    /** @param kernels what computes; closed with the engine */
    public CpuEngine(
            Genesis genesis, Crypto crypto, TokenSource train, TokenSource heldOut, CpuBackend.Kernels kernels) {
        super(
                genesis,
                crypto,
                train,
                heldOut,
                kernels.ops(),
                new ChosenRound(kernels, Layout.of(genesis.model()), genesis.training()),
                kernels.ops());
    }

    /** State root of θ_0, for genesis (rule H8). */
    public static ContentId initialRoot(ModelShape shape, long seed, Crypto crypto) {
        float[] values = new float[Math.toIntExact(shape.parameterCount())];
        InitialParameters.fill(shape, seed, values);
        MemorySegment bytes = Arena.ofAuto().allocate(4L * values.length, 64);
        Floats.write(values, bytes);
        return ContentHash.of(bytes, crypto);
    }
}

package covey.node.wiring;

import covey.compute.engine.CpuEngine;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;

/** Makes engines on the processor. */
public final class CpuEngines implements EngineFactory {
    /** State root of θ_0 (rule H8), for genesis. */
    public static ContentId initialRoot(ModelShape shape, long seed, Crypto crypto) {
        return CpuEngine.initialRoot(shape, seed, crypto);
    }

    @Override
    public Engine open(Genesis genesis, TokenSource train, TokenSource heldOut, int threads) {
        return new CpuEngine(genesis, new Ed25519Crypto(), train, heldOut, threads);
    }
}

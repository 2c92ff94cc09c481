package covey.node.wiring;

import covey.compute.engine.CpuEngine;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;

/** Makes engines on the processor. */
public final class CpuEngines implements EngineFactory {
    @Override
    public Engine open(Genesis genesis, TokenSource train, TokenSource heldOut, int threads) {
        return new CpuEngine(genesis, new Ed25519Crypto(), train, heldOut, threads);
    }
}

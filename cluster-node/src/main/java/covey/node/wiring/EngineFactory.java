package covey.node.wiring;

import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;

/** Makes the engine of a run; found by {@link java.util.ServiceLoader}, as the command line knows no engine. */
@FunctionalInterface
public interface EngineFactory {
    /**
     * Makes an engine without parameters; the caller initializes or loads it, and closes it.
     *
     * @param train tokens to train on; may hold no window
     * @param heldOut tokens to measure on; may hold no window
     * @param threads at least 1
     */
    Engine open(Genesis genesis, TokenSource train, TokenSource heldOut, int threads);
}

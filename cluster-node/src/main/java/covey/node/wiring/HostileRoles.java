package covey.node.wiring;

import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Chain;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import java.util.List;
import java.util.function.Consumer;

/** Nodes that cheat, for tests of the defenses; found by {@link java.util.ServiceLoader} in modules above. */
public interface HostileRoles {
    /** Kebab-case names, such as {@code sign-flip}. */
    List<String> kinds();

    /**
     * Trainer or validator.
     *
     * @param kind one of {@link #kinds}
     */
    Role role(String kind);

    /**
     * The same with those in disguise that the kind cheats by.
     *
     * @param kind one of {@link #kinds}
     * @param honest they do what the cheat doesn't spare itself; closed by their owner
     */
    Tools disguise(String kind, Tools honest, Self self);

    /** What a node computes, keeps, serves and speaks with. */
    record Tools(Engine engine, ContentStore contents, BulkTransfer transfer, Chain chain) {}

    /**
     * Who cheats.
     *
     * @param doors each sends to one authority only, in the order of genesis
     */
    record Self(Genesis genesis, Crypto.Signer signer, List<Consumer<SignedTransaction>> doors) {
        public Self {
            doors = List.copyOf(doors);
        }
    }
}

package covey.node.wiring;

import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Engine;
import java.util.List;

/** Trainers that cheat, for tests of the defenses; found by {@link java.util.ServiceLoader} in modules above. */
public interface HostileRoles {
    /** Kebab-case names, such as {@code sign-flip}. */
    List<String> kinds();

    /**
     * An engine that cheats.
     *
     * @param kind one of {@link #kinds}
     * @param honest does the work that the cheat doesn't spare itself; closed by its owner
     */
    Engine disguise(String kind, Engine honest, Genesis genesis, Hotkey self);
}

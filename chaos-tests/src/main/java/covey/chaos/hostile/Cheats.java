package covey.chaos.hostile;

import covey.node.wiring.HostileRoles;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;

/** All cheats by name. */
public final class Cheats implements HostileRoles {
    @Override
    public List<String> kinds() {
        return Arrays.stream(Cheat.values()).map(Cheat::text).sorted().toList();
    }

    @Override
    public Engine disguise(String kind, Engine honest, Genesis genesis, Hotkey self) {
        Cheat cheat = Cheat.of(kind)
                .orElseThrow(() -> new IllegalArgumentException("kind: '" + kind + "' (expected: one of kinds)"));
        return new CheatingEngine(cheat, honest, genesis, self);
    }
}

package covey.chaos.hostile;

import covey.node.wiring.HostileRoles;
import covey.protocol.model.Role;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All cheats by name: those of a trainer's engine, and those that take more. */
public final class Cheats implements HostileRoles {
    @Override
    public List<String> kinds() {
        Stream<String> ofEngines = Arrays.stream(Cheat.values()).map(Cheat::text);
        Stream<String> others = Arrays.stream(Ploy.values()).map(Ploy::text);
        return Stream.concat(ofEngines, others).sorted().toList();
    }

    @Override
    public Role role(String kind) {
        return Ploy.of(kind).map(Ploy::role).orElse(Role.TRAINER);
    }

    @Override
    public Tools disguise(String kind, Tools honest, Self self) {
        return Ploy.of(kind)
                .map(ploy -> ploy.disguise(honest, self))
                .or(() -> Cheat.of(kind).map(cheat -> disguised(cheat, honest, self)))
                .orElseThrow(() -> new IllegalArgumentException("kind: '" + kind + "' (expected: one of kinds)"));
    }

    private static Tools disguised(Cheat cheat, Tools honest, Self self) {
        return new Tools(
                new CheatingEngine(
                        cheat, honest.engine(), self.genesis(), self.signer().hotkey()),
                honest.contents(),
                honest.transfer(),
                honest.chain());
    }
}

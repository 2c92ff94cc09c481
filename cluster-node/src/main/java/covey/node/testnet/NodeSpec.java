package covey.node.testnet;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * One node of a testnet.
 *
 * @param name such as {@code trainer-1}
 * @param coldkey of its own, whose key lies beside the hotkey's
 * @param directory its data directory
 * @param hostile how it cheats; empty: it is honest
 */
public record NodeSpec(
        String name, Set<Role> roles, Hotkey hotkey, Hotkey coldkey, Path directory, Optional<String> hostile) {
    NodeSpec cheating(String kind) {
        return new NodeSpec(name, roles, hotkey, coldkey, directory, Optional.of(kind));
    }

    public boolean isTrainer() {
        return roles.contains(Role.TRAINER);
    }

    public boolean isValidator() {
        return roles.contains(Role.VALIDATOR);
    }

    /** What it is before all: a validator that also is an authority is a validator. */
    public Role mainRole() {
        return isValidator() ? Role.VALIDATOR : roles.iterator().next();
    }

    public Path config() {
        return directory.resolve("node.conf");
    }

    public Path faultPlan() {
        return directory.resolve("faults.json");
    }

    public Path errors() {
        return directory.resolve("stderr.log");
    }
}

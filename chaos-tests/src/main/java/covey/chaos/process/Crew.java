package covey.chaos.process;

import covey.node.testnet.NodeSpec;
import covey.protocol.model.Role;
import java.util.List;

/**
 * Names of the nodes of a run by what they do; one may stand in several lists.
 *
 * @param smallDisks those whose folder is a small file system of its own
 */
record Crew(
        List<String> trainers,
        List<String> validators,
        List<String> authorities,
        List<String> observers,
        List<String> smallDisks) {
    Crew {
        trainers = List.copyOf(trainers);
        validators = List.copyOf(validators);
        authorities = List.copyOf(authorities);
        observers = List.copyOf(observers);
        smallDisks = List.copyOf(smallDisks);
    }

    static Crew of(List<NodeSpec> nodes, List<String> smallDisks) {
        return new Crew(
                names(nodes, Role.TRAINER),
                names(nodes, Role.VALIDATOR),
                names(nodes, Role.AUTHORITY),
                names(nodes, Role.OBSERVER),
                smallDisks);
    }

    private static List<String> names(List<NodeSpec> nodes, Role role) {
        return nodes.stream()
                .filter(node -> node.roles().contains(role))
                .map(NodeSpec::name)
                .toList();
    }

    /** Whether others wait for its votes or verdicts. */
    boolean isOfTheFew(String name) {
        return validators.contains(name) || authorities.contains(name);
    }
}

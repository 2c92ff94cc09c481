package covey.chaos.means;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A network namespace for each node, all of them linked to one that routes between them and can drop silently what goes
 * from one to another, each direction by itself. Needs root, {@code ip} and nothing else. Used by one thread.
 */
public final class Namespaces implements AutoCloseable {
    private static final int NODES_MAX = 200;
    private static final int PREFERENCE = 100;

    private final String prefix;
    private final int count;
    private final List<List<String>> rules = new ArrayList<>();

    private Namespaces(String prefix, int count) {
        this.prefix = prefix;
        this.count = count;
    }

    /**
     * @param count of nodes, 1 to 200
     * @param missing told, in a line, why it is not possible here
     */
    public static Optional<Namespaces> open(int count, Consumer<String> missing) {
        Namespaces all = new Namespaces("covey" + ProcessHandle.current().pid(), count);
        if (count <= NODES_MAX && all.make()) {
            return Optional.of(all);
        }
        all.close();
        missing.accept("no partitions: network namespaces cannot be made (as root, ip netns add NAME?)");
        return Optional.empty();
    }

    private boolean make() {
        if (!Signal.run("ip", "netns", "add", hub())
                || !Signal.run("ip", "-n", hub(), "link", "set", "lo", "up")
                || !Signal.run("ip", "netns", "exec", hub(), "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")) {
            return false;
        }
        for (int node = 0; node < count; node++) {
            if (!link(node)) {
                return false;
            }
        }
        return true;
    }

    private boolean link(int node) {
        String own = name(node);
        String port = "v" + node;
        return Signal.run("ip", "netns", "add", own)
                && Signal.run("ip", "-n", own, "link", "set", "lo", "up")
                && Signal.run(
                        "ip", "-n", hub(), "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", own)
                && Signal.run("ip", "-n", hub(), "addr", "add", gateway(node) + "/24", "dev", port)
                && Signal.run("ip", "-n", hub(), "link", "set", port, "up")
                && Signal.run("ip", "-n", own, "addr", "add", address(node) + "/24", "dev", "eth0")
                && Signal.run("ip", "-n", own, "link", "set", "eth0", "up")
                && Signal.run("ip", "-n", own, "route", "add", "default", "via", gateway(node));
    }

    private String hub() {
        return prefix + "-hub";
    }

    private String name(int node) {
        return prefix + "-" + node;
    }

    private static String gateway(int node) {
        return "10.77." + (node + 1) + ".1";
    }

    /** Of the n-th node, from 0. */
    public static String address(int node) {
        return "10.77." + (node + 1) + ".2";
    }

    /** What a command must be preceded by to run where the n-th node is. */
    public List<String> wrapper(int node) {
        return List.of("ip", "netns", "exec", name(node));
    }

    /** Nothing that {@code from} sends to {@code to} arrives any more. */
    public void cut(int from, int to) {
        List<String> rule = List.of(
                "pref", Integer.toString(PREFERENCE), "from", address(from), "to", address(to), "type", "blackhole");
        rules.add(rule);
        rule("add", rule);
    }

    /** Undoes every cut. */
    public void heal() {
        rules.forEach(rule -> rule("del", rule));
        rules.clear();
    }

    private void rule(String what, List<String> rule) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", hub(), "rule", what));
        command.addAll(rule);
        Signal.run(command.toArray(String[]::new));
    }

    /** Nothing runs in them any more. */
    @Override
    public void close() {
        for (int node = 0; node < count; node++) {
            delete(name(node));
        }
        delete(hub());
    }

    private static void delete(String name) {
        if (Files.exists(Path.of("/run/netns", name)) || Files.exists(Path.of("/var/run/netns", name))) {
            Signal.run("ip", "netns", "del", name);
        }
    }
}

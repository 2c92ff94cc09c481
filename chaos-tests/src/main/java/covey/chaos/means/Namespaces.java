package covey.chaos.means;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A network namespace for each node, all of them linked to one that routes between them. It can drop silently what goes
 * from one to another, each direction by itself, and send what goes to and from a node over a {@link RoughLink}. Needs
 * root and {@code ip}. Used by one thread.
 */
public final class Namespaces implements AutoCloseable {
    private static final int NODES_MAX = 200;
    /** Rules of routing, in their order: what is cut off, what the rough link has done, what has it before itself. */
    private static final String CUT = "40";

    private static final String DONE = "50";
    private static final String ROUGH = "60";
    /** The table that sends all over the rough link. */
    private static final String TABLE = "77";

    private final String prefix;
    private final int count;
    private final List<List<String>> rules = new ArrayList<>();
    private Optional<RoughLink> roughLink = Optional.empty();

    private Namespaces(String prefix, int count) {
        this.prefix = prefix;
        this.count = count;
    }

    /**
     * @param count of nodes, 1 to 200
     * @param random decides what rough links do
     * @param missing told, in a line, what is not possible here
     */
    public static Optional<Namespaces> open(int count, RandomGenerator random, Consumer<String> missing) {
        Namespaces all = new Namespaces("covey" + ProcessHandle.current().pid(), count);
        if (count <= NODES_MAX && all.make()) {
            all.openRoughLink(random, missing);
            return Optional.of(all);
        }
        all.close();
        missing.accept("no partitions: network namespaces cannot be made (as root, ip netns add NAME?)");
        return Optional.empty();
    }

    private boolean make() {
        if (!Signal.run("ip", "netns", "add", hub())
                || !Signal.run("ip", "-n", hub(), "link", "set", "lo", "up")
                || !sysctl("net.ipv4.ip_forward=1")
                // Ways back differ from ways there.
                || !sysctl("net.ipv4.conf.all.rp_filter=0")
                || !sysctl("net.ipv4.conf.default.rp_filter=0")) {
            return false;
        }
        for (int node = 0; node < count; node++) {
            if (!link(node)) {
                return false;
            }
        }
        return true;
    }

    private boolean sysctl(String setting) {
        return Signal.run("ip", "netns", "exec", hub(), "sysctl", "-q", "-w", setting);
    }

    /** What has come out of the rough link goes on as all else does, so that it does not enter it again. */
    private void openRoughLink(RandomGenerator random, Consumer<String> missing) {
        String port = "rough";
        try {
            RoughLink link = RoughLink.open(file(hub()), port, random);
            roughLink = Optional.of(link);
            boolean done = Signal.run("ip", "-n", hub(), "link", "set", port, "txqueuelen", "5000", "up")
                    && Signal.run("ip", "-n", hub(), "route", "add", "default", "dev", port, "table", TABLE)
                    && Signal.run("ip", "-n", hub(), "rule", "add", "pref", DONE, "iif", port, "lookup", "main");
            if (!done) {
                link.close();
                roughLink = Optional.empty();
                missing.accept("no rough links: ip cannot route over a TUN interface");
            }
        } catch (IOException e) {
            missing.accept("no rough links: " + e.getMessage());
        }
    }

    public boolean canBeRough() {
        return roughLink.isPresent();
    }

    /** From now on what the node sends and what is sent to it takes the rough link. */
    public void roughen(int node) {
        rule("add", List.of("pref", ROUGH, "from", address(node), "lookup", TABLE));
        rule("add", List.of("pref", ROUGH, "to", address(node), "lookup", TABLE));
    }

    /** Undoes {@link #roughen}. */
    public void smooth(int node) {
        rule("del", List.of("pref", ROUGH, "from", address(node), "lookup", TABLE));
        rule("del", List.of("pref", ROUGH, "to", address(node), "lookup", TABLE));
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

    /** From now on the calling thread opens its sockets where the n-th node is; whether that was possible. */
    boolean enter(int node) {
        return Tun.enter(file(name(node)));
    }

    /** What a command must be preceded by to run where the n-th node is. */
    public List<String> wrapper(int node) {
        return List.of("ip", "netns", "exec", name(node));
    }

    /** Nothing that {@code from} sends to {@code to} arrives any more. */
    public void cut(int from, int to) {
        List<String> rule = List.of("pref", CUT, "from", address(from), "to", address(to), "type", "blackhole");
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
        roughLink.ifPresent(RoughLink::close);
        for (int node = 0; node < count; node++) {
            delete(name(node));
        }
        delete(hub());
    }

    /** Where {@code ip} keeps it. */
    private static Path file(String name) {
        return Path.of("/var/run/netns", name);
    }

    private static void delete(String name) {
        if (Files.exists(file(name))) {
            Signal.run("ip", "netns", "del", name);
        }
    }
}

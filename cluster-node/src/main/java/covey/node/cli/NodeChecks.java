package covey.node.cli;

import covey.node.config.ConfigError;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Looks at what a configuration names: key and ports. */
final class NodeChecks {
    private NodeChecks() {}

    static Check key(NodeConfig config) {
        if (!Files.exists(config.hotkeyFile())) {
            return Check.ok("hotkey", config.hotkeyFile() + " will be made at the first start");
        }
        try {
            return Check.ok(
                    "hotkey",
                    KeyFile.hotkeyOf(KeyFile.read(config.hotkeyFile())).toString());
        } catch (ConfigError e) {
            return Check.fail(
                    "hotkey", String.valueOf(e.getMessage()), "restore the file from a backup, or chmod 600 it");
        }
    }

    /** A check for each fixed port; one that any free port suits needs none. */
    static List<Check> ports(NodeConfig config) {
        NodeConfig.Ports ports = config.ports();
        List<Check> checks = new ArrayList<>();
        tcp(checks, "artery", config.host(), ports.artery());
        tcp(checks, "ballots", config.host(), ports.ballots());
        tcp(checks, "door", config.host(), ports.door());
        tcp(checks, "http", config.httpHost(), ports.http());
        udp(checks, "bulkRequest", config.host(), ports.bulkRequest());
        udp(checks, "bulkResponse", config.host(), ports.bulkResponse());
        return checks.isEmpty() ? List.of(Check.ok("ports", "any free ones")) : List.copyOf(checks);
    }

    private static void tcp(List<Check> checks, String name, String host, int port) {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            checks.add(Check.ok("ports." + name, host + ":" + port + " TCP is free"));
        } catch (IOException e) {
            checks.add(taken(name, host + ":" + port + " TCP", e));
        }
    }

    private static void udp(List<Check> checks, String name, String host, int port) {
        if (port == 0) {
            return;
        }
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, port))) {
            checks.add(Check.ok("ports." + name, host + ":" + socket.getLocalPort() + " UDP is free"));
        } catch (IOException e) {
            checks.add(taken(name, host + ":" + port + " UDP", e));
        }
    }

    private static Check taken(String name, String address, IOException e) {
        return Check.fail("ports." + name, address + ": " + e.getMessage(), "stop who uses it, or set ports." + name);
    }
}

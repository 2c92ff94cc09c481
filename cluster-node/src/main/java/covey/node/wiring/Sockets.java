package covey.node.wiring;

import covey.node.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that must be known before they are bound. */
final class Sockets {
    private Sockets() {}

    /** The Artery port stays the same in each generation of the cluster, so a free one is drawn once. */
    static int artery(NodeConfig config) throws IOException {
        if (config.ports().artery() != 0) {
            return config.ports().artery();
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(config.host()))) {
            return socket.getLocalPort();
        }
    }
}

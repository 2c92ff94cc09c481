package covey.transport.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A node's two UDP endpoints, as HOST:PORT: where its sockets are bound, and how others reach them. They stay the same
 * when its driver is built anew.
 */
public record Endpoints(String boundRequest, String boundResponse, String request, String response) {
    /** With the ports of the settings; a free one where these say 0. */
    public static Endpoints choose(BulkSettings settings) {
        try (DatagramSocket request = bind(settings.bindHost(), settings.requestPort());
                DatagramSocket response = bind(settings.bindHost(), settings.responsePort())) {
            return new Endpoints(
                    endpoint(settings.bindHost(), request.getLocalPort()),
                    endpoint(settings.bindHost(), response.getLocalPort()),
                    endpoint(settings.host(), request.getLocalPort()),
                    endpoint(settings.host(), response.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "bulk ports: " + settings.bindHost() + ":" + settings.requestPort() + ", " + settings.responsePort()
                            + " (expected: free UDP ports of this machine)",
                    e);
        }
    }

    private static DatagramSocket bind(String host, int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), port));
    }

    private static String endpoint(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

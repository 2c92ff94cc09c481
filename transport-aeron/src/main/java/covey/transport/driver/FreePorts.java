package covey.transport.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The two UDP ports of a node, which stay the same when its driver is built anew. */
public record FreePorts(String host, int requestPort, int responsePort) {
    /** Those of the settings; a free one where these say 0. */
    public static FreePorts choose(BulkSettings settings) {
        try {
            InetAddress address = InetAddress.getByName(settings.host());
            try (DatagramSocket request = new DatagramSocket(new InetSocketAddress(address, settings.requestPort()));
                    DatagramSocket response =
                            new DatagramSocket(new InetSocketAddress(address, settings.responsePort()))) {
                return new FreePorts(settings.host(), request.getLocalPort(), response.getLocalPort());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "bulk ports: " + settings.host() + ":" + settings.requestPort() + ", " + settings.responsePort()
                            + " (expected: free UDP ports of this machine)",
                    e);
        }
    }

    public String requestEndpoint() {
        return endpoint(requestPort);
    }

    public String responseControl() {
        return endpoint(responsePort);
    }

    private String endpoint(int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

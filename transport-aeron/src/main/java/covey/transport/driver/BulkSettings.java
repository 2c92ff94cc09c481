package covey.transport.driver;

import java.nio.file.Path;

/**
 * What a node fixes about its bulk transfer.
 *
 * @param dataDirectory of the node; its lock file and the name of the driver's directory come from it
 * @param host name or address under which others reach this node
 * @param bindHost address of this machine that its sockets are bound to, such as 0.0.0.0 behind a port forwarding
 * @param requestPort UDP port for requests, here and as others see it; 0 = a free one
 * @param responsePort UDP port for response control; 0 = a free one
 * @param uploadBytesPerSecond what this node sends in all, at least 16 Ki
 * @param grantBytesPerSecond what it lets one holder send to it, at least 16 Ki
 * @param giveUpNs a fetch ends after so long without progress
 */
public record BulkSettings(
        Path dataDirectory,
        String host,
        String bindHost,
        int requestPort,
        int responsePort,
        long uploadBytesPerSecond,
        long grantBytesPerSecond,
        long giveUpNs) {
    private static final long RATE_MIN = 16 << 10;
    private static final long DEFAULT_RATE = 20_000_000;
    private static final long DEFAULT_GIVE_UP_NS = 60_000_000_000L;

    public BulkSettings {
        requirePort("request port", requestPort);
        requirePort("response port", responsePort);
        requireRate("upload", uploadBytesPerSecond);
        requireRate("grant", grantBytesPerSecond);
    }

    /** Free ports on the loopback address, 20 MB/s each way. */
    public static BulkSettings loopback(Path dataDirectory) {
        return new BulkSettings(
                dataDirectory, "127.0.0.1", "127.0.0.1", 0, 0, DEFAULT_RATE, DEFAULT_RATE, DEFAULT_GIVE_UP_NS);
    }

    private static void requirePort(String name, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
        }
    }

    private static void requireRate(String name, long bytesPerSecond) {
        if (bytesPerSecond < RATE_MIN) {
            throw new IllegalArgumentException(
                    name + ": " + bytesPerSecond + " bytes/s (expected: at least " + RATE_MIN + ")");
        }
    }
}

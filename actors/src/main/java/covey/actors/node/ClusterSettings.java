package covey.actors.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import covey.actors.remote.Refusals;
import covey.actors.remote.TlsIdentity;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One node's way into the cluster.
 *
 * @param self who it is
 * @param admitted which hotkeys may be members: the registered ones; asked on other threads, must be quick
 * @param refusals told of those that may not
 * @param endpoint where others reach it
 * @param joining whom to join
 * @param timing of failure detection
 */
public record ClusterSettings(
        Self self, Predicate<Hotkey> admitted, Refusals refusals, Endpoint endpoint, Joining joining, Timing timing) {

    /**
     * Who the node is and how it signs.
     *
     * @param roles bits of {@link Role}; told to others, believed by nobody
     * @param httpUrl where its API is; empty if nowhere
     * @param lastHeight of the last final block that it has; any thread
     */
    public record Self(
            RunId run,
            TlsIdentity identity,
            Crypto crypto,
            Crypto.Signer signer,
            int roles,
            String httpUrl,
            LongSupplier lastHeight) {}

    /**
     * @param host name or address that others dial
     * @param port TCP port, the same in each generation; 1 to 65535
     * @param bindHost local address to listen on; "0.0.0.0" for all
     */
    public record Endpoint(String host, int port, String bindHost) {
        public Endpoint {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
            }
        }

        public static Endpoint loopback(int port) {
            return new Endpoint("127.0.0.1", port, "127.0.0.1");
        }

        /** The form in which Pekko names this node. */
        public String address() {
            return ClusterSettings.address(host + ":" + port);
        }
    }

    /**
     * Whom to join (rule F3).
     *
     * @param firstStart whether this node forms the cluster by itself, at once: an explicit first start only
     * @param seeds HOST:PORT of nodes to try, read again every second; own address and repetitions are ignored
     * @param authorities those that genesis names, in its order
     */
    public record Joining(boolean firstStart, Supplier<List<String>> seeds, List<Hotkey> authorities) {}

    /**
     * Milliseconds, all above 0.
     *
     * @param heartbeatMs between heartbeats, and between rounds of gossip
     * @param pauseMs of missing heartbeats until a member counts as unreachable
     * @param downAfterMs how long a member stays unreachable before an authority downs it
     * @param formAfterMs how long the first authority waits for an answer before it forms a cluster; the i-th waits
     *     1 + i times as long (rule F3)
     */
    public record Timing(long heartbeatMs, long pauseMs, long downAfterMs, long formAfterMs) {
        /** For one machine or room. */
        public static final Timing LOOPBACK = new Timing(200, 1_000, 20_000, 10_000);
        /** For links of the internet. */
        public static final Timing INTERNET = new Timing(1_000, 3_000, 30_000, 10_000);

        public Timing {
            if (Stream.of(heartbeatMs, pauseMs, downAfterMs, formAfterMs).anyMatch(ms -> ms < 1)) {
                throw new IllegalArgumentException("timing: " + heartbeatMs + ", " + pauseMs + ", " + downAfterMs + ", "
                        + formAfterMs + " ms (expected: each at least 1)");
            }
        }
    }

    Hotkey hotkey() {
        return self.signer().hotkey();
    }

    /** The form in which Pekko names the node at HOST:PORT. */
    static String address(String hostPort) {
        return "pekko://" + ClusterSystem.NAME + "@" + hostPort;
    }

    /** System properties win over these settings, these over cluster.conf, that over application.conf. */
    Config toConfig() {
        return ConfigFactory.defaultOverrides()
                .withFallback(ConfigFactory.parseMap(ofThisNode(), "node"))
                .withFallback(ConfigFactory.parseResourcesAnySyntax(ClusterSettings.class, "cluster"))
                .withFallback(ConfigFactory.defaultApplication())
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    private Map<String, Object> ofThisNode() {
        String heartbeat = timing.heartbeatMs() + "ms";
        return Map.ofEntries(
                Map.entry("pekko.remote.artery.canonical.hostname", endpoint.host()),
                Map.entry("pekko.remote.artery.canonical.port", endpoint.port()),
                Map.entry("pekko.remote.artery.bind.hostname", endpoint.bindHost()),
                Map.entry("pekko.remote.artery.bind.port", endpoint.port()),
                Map.entry("pekko.cluster.roles", roleNames()),
                Map.entry("pekko.cluster.gossip-interval", heartbeat),
                Map.entry("pekko.cluster.leader-actions-interval", heartbeat),
                Map.entry("pekko.cluster.unreachable-nodes-reaper-interval", timing.heartbeatMs() / 2 + 1 + "ms"),
                Map.entry("pekko.cluster.failure-detector.heartbeat-interval", heartbeat),
                Map.entry("pekko.cluster.failure-detector.acceptable-heartbeat-pause", timing.pauseMs() + "ms"));
    }

    private List<String> roleNames() {
        return Stream.of(Role.values())
                .filter(role -> role.in(self.roles()))
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(ArrayList::new));
    }
}

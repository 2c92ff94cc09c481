package covey.node.web;

import covey.node.config.HostPort;
import covey.node.metrics.EventLog;
import covey.node.metrics.Metrics;
import covey.node.score.ScoreHistory;
import covey.protocol.model.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The one HTTP port of a node ({@code managementUrl}): what Pekko Management says of the cluster's ActorSystem as it is
 * now, {@code /metrics}, and {@code /api/v1}. Reads only: other methods are answered 405. It keeps its port when the
 * cluster's ActorSystem is made anew. Thread-safe.
 *
 * <pre>
 * GET /cluster/members[/ADDRESS], /cluster/domain-events, /ready, /alive, /startup    Pekko Management
 * GET /metrics                                                                       Prometheus text
 * GET /api/v1/{status,rounds,peers,scores}, /api/v1/explain/PEER                     JSON
 * GET /api/v1/events                                                                 server-sent events
 * </pre>
 */
public final class NodeHttp implements AutoCloseable {
    private static final String EXPLAIN = "/api/v1/explain/";
    private static final Duration CLOSE = Duration.ofMillis(200);
    private static final long CLOSE_WAIT_MS = 3_000;
    /** As for Artery: a starved process must not end because it binds late. */
    private static final long BIND_WAIT_MS = 300_000;

    private final ActorSystem<?> system;
    private final Management management;
    private final Supplier<NodeView> view;
    private final Metrics metrics;
    private final EventStream events;
    private final AtomicInteger watching = new AtomicInteger();
    private final ScoreHistory scores;
    private final String host;
    private final ServerBinding binding;

    private NodeHttp(
            ActorSystem<?> system,
            HostPort address,
            Supplier<NodeView> view,
            Metrics metrics,
            EventLog events,
            ScoreHistory scores) {
        this.system = system;
        this.management = new Management(system);
        this.view = view;
        this.metrics = metrics;
        this.events = new EventStream(events, watching);
        this.scores = scores;
        this.host = address.host();
        this.binding = Http.get(system)
                .newServerAt(host, address.port())
                .bind(this::handle)
                .toCompletableFuture()
                .orTimeout(BIND_WAIT_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    /**
     * @param system see {@link HttpSystem}; stays open when this closes
     * @param address to listen on; a loopback address, as nobody is asked who they are; port 0 = any free one
     * @param view called on other threads, for each request; must be quick
     */
    public static NodeHttp open(
            ActorSystem<?> system,
            HostPort address,
            Supplier<NodeView> view,
            Metrics metrics,
            EventLog events,
            ScoreHistory scores) {
        return new NodeHttp(system, address, view, metrics, events, scores);
    }

    /** What others are told to ask. */
    public URI url() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + binding.localAddress().getPort());
    }

    /** From now on {@code /cluster} speaks of this ActorSystem. */
    public void attach(ActorSystem<?> cluster) {
        management.attach(cluster);
    }

    /** There is no cluster's ActorSystem for now. */
    public void detach() {
        management.detach();
    }

    /** Ends all streams and frees the port; returns when that is done, or after 3 s. */
    @Override
    public void close() {
        binding.terminate(CLOSE)
                .toCompletableFuture()
                .orTimeout(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)
                .handle((done, failure) -> done)
                .join();
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request) {
        String method = request.method().value();
        if (!"GET".equals(method) && !"HEAD".equals(method)) {
            return ignoringBody(request, Replies.line(Replies.METHOD_NOT_ALLOWED, "method: (expected: GET)"));
        }
        return switch (request.getUri().path()) {
            case "/metrics" -> ignoringBody(request, Replies.text(Metrics.CONTENT_TYPE, metrics.text()));
            case "/api/v1/status" -> ignoringBody(request, Replies.json(NodeJson.status(view.get())));
            case "/api/v1/rounds" -> ignoringBody(request, Replies.json(NodeJson.rounds(view.get())));
            case "/api/v1/peers" -> ignoringBody(request, Replies.json(NodeJson.peers(view.get())));
            case "/api/v1/events" -> ignoringBody(request, watch(request));
            case "/api/v1/scores" -> ignoringBody(request, Replies.json(scores.scores()));
            default -> other(request);
        };
    }

    private CompletionStage<HttpResponse> other(HttpRequest request) {
        String path = request.getUri().path();
        return path.startsWith(EXPLAIN)
                ? ignoringBody(request, Replies.json(scores.explain(path.substring(EXPLAIN.length()))))
                : management.handle(request);
    }

    private HttpResponse watch(HttpRequest request) {
        return watching.get() < Limits.EVENT_STREAMS_MAX_COUNT
                ? events.answer(request)
                : Replies.line(Replies.UNAVAILABLE, "streams: too many (expected: fewer)");
    }

    private CompletionStage<HttpResponse> ignoringBody(HttpRequest request, HttpResponse response) {
        request.discardEntityBytes(system);
        return CompletableFuture.completedFuture(response);
    }
}

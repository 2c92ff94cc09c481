package covey.node.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.management.HealthCheckSettings;
import org.apache.pekko.management.cluster.javadsl.ClusterHttpManagementRoutes;
import org.apache.pekko.management.javadsl.HealthChecks;
import org.jspecify.annotations.Nullable;

/**
 * Pekko Management of the cluster's ActorSystem as it is now: its read-only routes and health checks, served by another
 * ActorSystem, since the cluster's own comes and goes.
 */
final class Management {
    private record Generation(HealthChecks health, Function<HttpRequest, CompletionStage<HttpResponse>> routes) {}

    private final ActorSystem<?> server;
    private volatile @Nullable Generation current;

    Management(ActorSystem<?> server) {
        this.server = server;
    }

    void attach(ActorSystem<?> cluster) {
        var classic = (ExtendedActorSystem) cluster.classicSystem();
        var checks =
                HealthCheckSettings.create(classic.settings().config().getConfig("pekko.management.health-checks"));
        var routes = ClusterHttpManagementRoutes.readOnly(Cluster.get(cluster)).seal();
        current = new Generation(new HealthChecks(classic, checks), request -> call(routes.function(server), request));
    }

    private static CompletionStage<HttpResponse> call(
            org.apache.pekko.japi.function.Function<HttpRequest, CompletionStage<HttpResponse>> route,
            HttpRequest request) {
        try {
            return route.apply(request);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void detach() {
        current = null;
    }

    /** The process lives, whatever the cluster does: liveness must not depend on peers. */
    CompletionStage<HttpResponse> handle(HttpRequest request) {
        Generation now = current;
        String path = request.getUri().path();
        if ("/alive".equals(path) && now == null) {
            return healthy(request, CompletableFuture.completedFuture(true));
        }
        if (now == null) {
            return answer(request, Replies.line(Replies.UNAVAILABLE, "cluster: not running (expected: soon again)"));
        }
        return switch (path) {
            case "/alive" -> healthy(request, now.health.alive());
            case "/ready" -> healthy(request, now.health.ready());
            case "/startup" -> healthy(request, now.health.startup());
            default ->
                path.startsWith("/cluster/")
                        ? now.routes.apply(request)
                        : answer(request, Replies.line(Replies.NOT_FOUND, "path: (expected: one of the docs)"));
        };
    }

    private CompletionStage<HttpResponse> healthy(HttpRequest request, CompletionStage<Boolean> check) {
        request.discardEntityBytes(server);
        return check.handle((ok, failure) -> failure == null && ok
                ? Replies.line(Replies.OK, "OK")
                : Replies.line(Replies.UNAVAILABLE, "Not Healthy"));
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request, HttpResponse response) {
        request.discardEntityBytes(server);
        return CompletableFuture.completedFuture(response);
    }
}

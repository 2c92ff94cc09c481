package covey.node.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.ConfigFactory;
import covey.node.config.HostPort;
import covey.node.metrics.EventLog;
import covey.node.metrics.Metrics;
import covey.node.metrics.NodeEvent;
import covey.node.score.ScoreHistory;
import covey.protocol.model.Role;
import covey.protocol.testing.TestRun;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeHttpTest {
    private static final TestRun RUN = TestRun.of(2, 1, 1);
    private static final EventLog EVENTS = new EventLog();
    private static final Metrics METRICS = new Metrics();

    private static ActorSystem<Void> system;
    private static NodeHttp http;
    private static HttpClient client;

    @BeforeAll
    static void open() {
        system = HttpSystem.create();
        http = NodeHttp.open(
                system, new HostPort("127.0.0.1", 0), NodeHttpTest::view, METRICS, EVENTS, new ScoreHistory());
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void close() {
        client.close();
        http.close();
        system.terminate();
    }

    private static NodeView view() {
        var row = new NodeView.RoundRow(
                1,
                "SEALED",
                2,
                0,
                Optional.of(RUN.root(1)),
                OptionalDouble.of(3.5),
                OptionalDouble.of(Double.NaN),
                OptionalDouble.empty(),
                OptionalLong.of(812),
                OptionalLong.empty());
        var peer = new NodeView.PeerRow(
                RUN.trainer(1).hotkey(), "trainer-1", Role.TRAINER.bit(), "127.0.0.1:7", true, 1, 1, 0);
        return new NodeView(
                RUN.runId(),
                RUN.trainer(0).hotkey(),
                Role.TRAINER.bit() | Role.VALIDATOR.bit(),
                RUN.state(),
                "TRAIN",
                Optional.of(RUN.root(0)),
                List.of("127.0.0.1:9"),
                List.of(new WeightWatch("pre-training", 120, 391, 125, 140, 0, false)),
                List.of(peer),
                List.of(row));
    }

    @Test
    void shouldGiveStatusRoundsAndPeersInTheShapesOfTheContract() throws Exception {
        JsonNode status = json("/api/v1/status");
        assertThat(status.fieldNames())
                .toIterable()
                .contains(
                        "runId",
                        "hotkey",
                        "roles",
                        "height",
                        "round",
                        "phase",
                        "stateRoot",
                        "halted",
                        "peers",
                        "doors");
        assertThat(status.get("runId").asText()).isEqualTo(RUN.runId().toString());
        assertThat(status.get("roles").toString()).isEqualTo("[\"trainer\",\"validator\"]");
        assertThat(status.get("halted").isBoolean()).isTrue();
        assertThat(status.get("peers").asInt()).isEqualTo(1);
        assertThat(status.get("weights").toString())
                .isEqualTo("[{\"mechanism\":\"pre-training\",\"updatedHeight\":120,\"staleHeight\":391,"
                        + "\"nextHeight\":125,\"epochHeight\":140,\"missedReveals\":0,\"stale\":false}]");

        assertThat(json("/api/v1/rounds").toString())
                .isEqualTo("[{\"round\":1,\"phase\":\"SEALED\",\"collected\":2,\"rejected\":0,\"stateRoot\":\""
                        + RUN.root(1)
                        + "\",\"trainLoss\":3.5,\"heldOutLoss\":null,\"heldOutBitsPerByte\":null,"
                        + "\"durationMs\":812,\"bytesPerContribution\":null}]");
        assertThat(json("/api/v1/peers").toString())
                .isEqualTo("[{\"hotkey\":\"" + RUN.trainer(1).hotkey()
                        + "\",\"label\":\"trainer-1\",\"roles\":[\"trainer\"],\"address\":\"127.0.0.1:7\","
                        + "\"reachable\":true,\"lastRound\":1,\"accepted\":1,\"rejected\":0}]");
    }

    @Test
    void shouldReplayKeptEventsAndGoOnWithNewOnes() throws Exception {
        long before = EVENTS.lastNumber();
        EVENTS.write(NodeEvent.of(NodeEvent.PHASE, 3, Map.of("phase", "TRAIN")));
        try (BufferedReader lines = watch("0")) {
            assertThat(nextEvent(lines)).contains("\"event\":\"phase\"", "\"phase\":\"TRAIN\"");
            EVENTS.write(NodeEvent.of(NodeEvent.APPLIED, 3, Map.of("collected", 2)));
            assertThat(nextEvent(lines)).contains("\"event\":\"applied\"", "\"collected\":2");
        }
        try (BufferedReader lines = watch(Long.toString(before + 1))) {
            assertThat(nextEvent(lines)).contains("\"event\":\"applied\"");
        }
    }

    private static BufferedReader watch(String lastEventId) throws Exception {
        HttpResponse<InputStream> response = client.send(
                HttpRequest.newBuilder(uri("/api/v1/events"))
                        .header("Last-Event-ID", lastEventId)
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type"))
                .get()
                .asString()
                .startsWith("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static String nextEvent(BufferedReader lines) throws Exception {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                return line;
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void shouldServeMetricsAsPrometheusReadsThem() throws Exception {
        METRICS.counter("covey_rounds_completed_total", "Outer steps made.").add(3);

        HttpResponse<String> response = get("/metrics");

        assertThat(response.headers().firstValue("Content-Type"))
                .get()
                .asString()
                .contains("version=0.0.4");
        assertThat(response.body())
                .contains("# TYPE covey_rounds_completed_total counter\ncovey_rounds_completed_total 3\n");
    }

    @Test
    void shouldSpeakOfTheClusterOfNowAndNeverChangeIt() throws Exception {
        assertThat(get("/alive").statusCode()).isEqualTo(200);
        assertThat(get("/cluster/members").statusCode()).isEqualTo(503);
        for (int generation = 0; generation < 2; generation++) {
            ActorSystem<Void> cluster = cluster();
            http.attach(cluster);
            String self = Cluster.get(cluster).selfMember().address().toString();

            JsonNode members = json("/cluster/members");
            assertThat(members.get("selfNode").asText()).isEqualTo(self);
            assertThat(members.get("members").get(0).get("status").asText()).isEqualTo("Up");
            assertThat(get("/ready").statusCode()).isEqualTo(200);
            assertThat(get("/alive").body()).isEqualTo("OK\n");
            assertThat(get("/startup").statusCode()).isEqualTo(200);
            assertThat(firstClusterEvent()).contains(self);
            assertThat(get("/cluster/nothing").statusCode()).isEqualTo(404);
            for (String method : List.of("PUT", "DELETE", "POST")) {
                HttpRequest change = HttpRequest.newBuilder(uri("/cluster/members/" + self))
                        .method(method, HttpRequest.BodyPublishers.ofString("operation=Down"))
                        .build();
                assertThat(client.send(change, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(405);
            }
            cluster.terminate();
            cluster.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
            http.detach();
        }
        assertThat(get("/ready").statusCode()).isEqualTo(503);
    }

    private static String firstClusterEvent() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri("/cluster/domain-events")).build();
        try (InputStream body =
                        client.send(request, BodyHandlers.ofInputStream()).body();
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            return nextEvent(lines);
        }
    }

    private static ActorSystem<Void> cluster() throws InterruptedException {
        var config = ConfigFactory.parseString("""
            pekko { actor.provider = cluster, loglevel = OFF, stdout-loglevel = OFF
              remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
              cluster.jmx.enabled = off, coordinated-shutdown.exit-jvm = off }\
            """).withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "covey", config);
        Cluster cluster = Cluster.get(system);
        CountDownLatch up = new CountDownLatch(1);
        cluster.registerOnMemberUp(up::countDown);
        cluster.join(cluster.selfAddress());
        assertThat(up.await(30, TimeUnit.SECONDS)).isTrue();
        return system;
    }

    private static URI uri(String path) {
        return http.url().resolve(path);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }
}

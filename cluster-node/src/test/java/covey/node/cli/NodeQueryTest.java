package covey.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeQueryTest {
    private HttpServer server;
    private String url = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(String name, int code, String body) {
        server.createContext("/api/v1/" + name, exchange -> {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @Test
    void shouldShowStatusWithDashesForWhatIsUnknown() {
        serve("status", 200, """
            {"runId":"ab12","roles":["trainer","validator"],"round":7,"halted":false,"stateRoot":null,\
            "weights":[{"mechanism":"uptime","updatedHeight":5,"staleHeight":9,\
            "epochHeight":12,"missedReveals":2,"stale":true}]}\
            """);

        CommandRun run = CommandRun.of("status", "--node", url);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ").trim()))
                .containsExactly(
                        "run ab12",
                        "hotkey -",
                        "roles trainer,validator",
                        "height -",
                        "round 7",
                        "phase -",
                        "state root -",
                        "halted false",
                        "peers -",
                        "weights in uptime: STALE, they do not count, 2 committed and NOT REVEALED in time, last at"
                                + " height 5, stale from 9, next epoch at 12");
    }

    @Test
    void shouldAlignRounds() {
        serve("rounds", 200, """
            [{"round":1,"phase":"SEALED","collected":3,"rejected":0,"stateRoot":"0123456789abcdef",
              "trainLoss":3.25,"heldOutLoss":3.123456,"durationMs":812,"bytesPerContribution":2500},
             {"round":12,"phase":"TRAIN"}]\
            """);

        CommandRun run = CommandRun.of("rounds", "--node", url + "/");

        assertThat(run.out().lines())
                .containsExactly(
                        "ROUND  PHASE   COLLECTED  REJECTED  STATE ROOT  TRAIN LOSS  HELD-OUT LOSS  BITS/BYTE  MS  "
                                + " BYTES",
                        "1      SEALED  3          0         01234567    3.2500      3.1235         -          812 "
                                + " 2500",
                        "12     TRAIN   -          -         -           -           -              -          -    -");
    }

    @Test
    void shouldLetNoControlCharacterOfAStrangerThrough() {
        serve("peers", 200, "[{\"hotkey\":\"abcdef0123456789\",\"label\":\"x\\u001b[2Jy\\n\",\"reachable\":true}]");

        CommandRun run = CommandRun.of("peers", "--node", url);

        assertThat(run.out()).contains("abcdef01  x?[2Jy?").hasLineCount(2);
    }

    @Test
    void shouldPrintJsonAloneWhenAsked() {
        serve("peers", 200, "[ {\"label\" : \"a\"} ]");

        assertThat(CommandRun.of("peers", "--node", url, "--json").out().trim()).isEqualTo("[{\"label\":\"a\"}]");
    }

    @Test
    void shouldFailInOneLineWhenTheNodeDoesNotAnswer() {
        serve("status", 503, "busy");
        CommandRun busy = CommandRun.of("status", "--node", url);
        assertThat(busy.exitCode()).isEqualTo(1);
        assertThat(busy.err())
                .contains("answered 503 (expected: 200 from a Covey node)")
                .hasLineCount(1);
        serve("rounds", 200, "<html>");
        assertThat(CommandRun.of("rounds", "--node", url).exitCode()).isEqualTo(1);

        stop();
        CommandRun gone = CommandRun.of("status", "--node", url, "--json");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err())
                .contains("(expected: a running node that answers; ")
                .hasLineCount(1);
        assertThat(gone.out()).isEmpty();
    }
}

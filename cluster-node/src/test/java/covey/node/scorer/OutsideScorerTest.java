package covey.node.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.TestRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real programs beside a real ledger of one sealed round. */
@Timeout(120)
class OutsideScorerTest {
    private static final String ID = "id=$(echo \"$q\" | sed -E 's/.*\"id\":([0-9]+).*/\\1/'); ";
    private static final String READ = "while read -r q; do " + ID;
    private static final String GOOD = READ + "echo '{\"covey\":1,\"type\":\"scores\",\"id\":'$id',\"scores\":{\"'"
            + "$(echo \"$q\" | sed -E 's/.*\"hotkey\":\"([0-9a-f]{64}).*/\\1/')'\":3}}'; done";

    @TempDir
    private Path directory = Path.of("");

    private final LedgerState ledger =
            TestRun.withAsset(2, "yuma3", 5_000).open().finishRound().state();
    private final BlockingQueue<SortedMap<Hotkey, Integer>> weights = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final List<OutsideScorer> open = new ArrayList<>();

    @AfterEach
    void end() {
        open.forEach(OutsideScorer::close);
    }

    private void start(long answerMs, String... command) {
        OutsideScorer.Settings settings =
                new OutsideScorer.Settings("pre-training", List.of(command), 1024, answerMs, 1, 4);
        open.add(new OutsideScorer(settings, () -> ledger, (_, row) -> weights.add(row), failures::add));
    }

    private void shell(long answerMs, String script) {
        start(answerMs, "sh", "-c", script);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Optional.ofNullable(queue.poll(60, TimeUnit.SECONDS)).orElseThrow();
    }

    @Test
    void shouldTakeWeightsOfWhoAnswers() throws InterruptedException {
        shell(60_000, GOOD);
        assertThat(next(weights)).hasSize(1).containsValue(65_535);
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldStartAgainWhatEndsHangsOrSaysSomethingElse() throws InterruptedException {
        shell(60_000, "exit 3");
        assertThat(next(failures)).contains("pre-training: no answer within").contains("started again in 1 ms");
        assertThat(next(failures)).contains("started again in 2 ms");
        shell(50, "sleep 1000");
        assertThat(next(failures)).isNotEmpty();
        shell(60_000, "echo garbage; cat > /dev/null");
        shell(60_000, "head -c 3000000 /dev/zero; cat > /dev/null");
        shell(60_000, READ + "echo '{\"covey\":1,\"type\":\"scores\",\"id\":99,\"scores\":{}}'; done");
        start(60_000, directory.resolve("none").toString());
        List<String> seen = new ArrayList<>();
        while (!(has(seen, "not JSON") && has(seen, "expected: 1)") && seen.size() > 20)) {
            seen.add(next(failures));
        }
        assertThat(weights).isEmpty();
    }

    private static boolean has(List<String> lines, String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    /** The first life says garbage, the second one answers. */
    @Test
    void shouldTakeWeightsAfterAFailure() throws InterruptedException {
        Path mark = directory.resolve("mark");
        shell(60_000, "if [ -e " + mark + " ]; then " + GOOD + "; else touch " + mark + "; echo 1; fi");
        assertThat(next(weights)).hasSize(1);
        assertThat(failures).hasSize(1);
    }

    @Test
    void shouldKillTheProgramWhenClosed() throws Exception {
        Path pid = directory.resolve("pid");
        shell(60_000, "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; " + GOOD);
        next(weights);
        ProcessHandle program =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        open.removeFirst().close();
        program.onExit().get(60, TimeUnit.SECONDS);
    }

    /** A child that outlives its program, and holds its output. */
    @Test
    void shouldKillWhatTheProgramLeftBehind() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")), "no setsid on this machine");
        Path pid = directory.resolve("pid");
        shell(1_000, "sleep 1000 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; exit 0");
        assertThat(next(failures)).contains("no answer");
        Path state = Path.of("/proc", Files.readString(pid).strip(), "stat");
        while (isRunning(state)) {
            Thread.onSpinWait();
        }
    }

    /** A zombie is none, and may stay where the first process of the machine collects nobody. */
    private static boolean isRunning(Path state) {
        try {
            return !Files.readString(state).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Its pipe is full before it answers, and it says more than anybody reads. */
    @Test
    void shouldEndThreadsOfWhoTalksAndDoesNotListen() throws InterruptedException {
        shell(200, "while true; do echo '{}'; done");
        for (int i = 0; i < 5; i++) {
            assertThat(next(failures)).contains("not of version");
        }
        open.removeFirst().close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("covey-scorer-")) {
                thread.join(60_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void shouldRunTheExample() throws IOException, InterruptedException {
        String hotkey = ledger.economy()
                .orElseThrow()
                .seats()
                .firstEntry()
                .getValue()
                .hotkey()
                .toString();
        try (ServerSocket here = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Path peers = Files.writeString(
                    directory.resolve("peers.txt"),
                    hotkey + " 127.0.0.1 " + here.getLocalPort() + "\n" + "ab".repeat(32) + " 127.0.0.1 1\n");
            start(60_000, "../deploy/examples/tcp-scorer", peers.toString());
            assertThat(next(weights)).hasSize(1).containsKey(Hotkey.parse(hotkey));
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldReadScoresInProportionAndRefuseWhatIsNone() throws Exception {
        String a = "00".repeat(32);
        String b = "01".repeat(32);
        String form = "{\"covey\":1,\"type\":\"scores\",\"id\":4,\"scores\":{\"" + a + "\":2,\"" + b + "\":%s}}";
        assertThat(ScorerLines.answer(4, bytes(form.formatted("0.5"))).values()).containsExactly(65_535, 16_384);
        assertThat(ScorerLines.answer(4, bytes(form.formatted("0")))).hasSize(1);
        for (String bad : List.of("-1", "1e999", "\"1\"", "null", "[]")) {
            assertThatThrownBy(() -> ScorerLines.answer(4, bytes(form.formatted(bad))))
                    .as(bad)
                    .isInstanceOf(ScorerLines.NoAnswer.class);
        }
        assertThatThrownBy(() -> ScorerLines.answer(5, bytes(form.formatted("1"))))
                .hasMessage("id: 4 (expected: 5)");
        assertThatThrownBy(() -> ScorerLines.answer(4, bytes("{\"covey\":2}"))).hasMessageContaining("version 1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

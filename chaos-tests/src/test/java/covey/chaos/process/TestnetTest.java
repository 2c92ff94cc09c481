package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import covey.node.cli.Covey;
import covey.protocol.model.Presets;
import covey.transport.driver.BulkDriver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class TestnetTest {
    private static final long PARAMETERS_BYTES = 4 * Presets.NANO.shape().parameterCount();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldSealEveryRoundWithOneRootAndLearnAndLeaveNothingBehind() throws IOException {
        TestnetRun run = TestnetRun.start(directory.resolve("net"), "--rounds", "3", "--trainers", "2")
                .finished();

        assertThat(run.events("round-sealed"))
                .extracting(round -> round.path("round").asLong())
                .containsExactly(1L, 2L, 3L);
        // The deadline of round 1 is far away; later a trainer may be late on a busy machine.
        assertThat(run.events("round-sealed").getFirst().path("collected").asInt())
                .isEqualTo(2);
        assertThat(run.summary().path("stateRootsAgree").asBoolean()).isTrue();
        assertThat(run.summary().path("lostRounds").asInt()).isZero();
        assertThat(run.summary().path("lastHeldOutLoss").asDouble())
                .isLessThan(run.summary().path("firstHeldOutLoss").asDouble());
        for (JsonNode started : run.events("node-started")) {
            assertEndedInOrder(started);
        }
        assertThat(Path.of(run.summary().path("checkpointDir").asText()).resolve("theta.bin"))
                .exists();
    }

    private void assertEndedInOrder(JsonNode started) throws IOException {
        assertThat(ProcessHandle.of(started.path("pid").asLong()).filter(ProcessHandle::isAlive))
                .isEmpty();
        Path node = directory.resolve("net").resolve(started.path("node").asText());
        assertThat(BulkDriver.directory(node)).doesNotExist();
        // The last thing that a node writes of its θ.
        assertThat(node.resolve("checkpoint").resolve("checkpoint.json"))
                .as("%s", Files.readString(node.resolve("stderr.log")))
                .exists();
    }

    @Test
    void shouldSealEveryRoundThoughTrainersAreKilledInTrainCommitAndCollect() throws IOException, InterruptedException {
        List<JsonNode> first = killed("a");

        assertThat(first)
                .extracting(fault -> fault.path("phase").asText())
                .containsExactly("TRAIN", "COMMIT", "COLLECT");
        // A point that its victim does not reach in that round is skipped (rule G1); the first one is reached.
        assertThat(first.getFirst().path("kind").asText()).isEqualTo("kill");
        assertReplayAgreesAndFindsAFlippedByte();
    }

    /** Rule E2. Of the run that ended in {@code directory/a}. */
    private void assertReplayAgreesAndFindsAFlippedByte() throws IOException {
        Path node = directory.resolve("a").resolve("validator-1");
        StringWriter agreed = new StringWriter();
        assertThat(replay(node, agreed)).as("%s", agreed).isZero();
        flipAByte(oldestCheckpoint(node));
        StringWriter found = new StringWriter();
        assertThat(replay(node, found)).as("%s", found).isNotZero();
        assertThat(found.toString()).contains("checkpoint");
    }

    /** The corpus lies among the contents too, linked to the cache that all nodes of this machine share. */
    private static Path oldestCheckpoint(Path node) throws IOException {
        try (Stream<Path> contents = Files.list(node.resolve("contents"))) {
            return contents.filter(file -> file.toFile().length() == PARAMETERS_BYTES)
                    .min(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    private static void flipAByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Path other = Files.write(file.resolveSibling("flipped"), bytes);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int replay(Path node, StringWriter printed) {
        PrintWriter out = new PrintWriter(printed, true);
        return Covey.run(out, out, "replay", node.resolve("journal").toString());
    }

    /**
     * Each of three mechanisms pays, the outside one, bought while the run went on, nobody but its two participants.
     * Who is first in pre-training after so few rounds with kills is open.
     */
    private static void assertEachMechanismPaid(JsonNode summary) {
        assertThat(summary.path("conserved").asBoolean()).isTrue();
        JsonNode paid = summary.path("paid");
        assertThat(paid).hasSize(12);
        assertThat(paid)
                .filteredOn(row -> row.path("units").asLong() > 0)
                .extracting(row -> row.path("mechanism").asText())
                .as("%s", paid)
                .contains("pre-training", "availability", "uptime");
        assertThat(workers(paid, "availability")).as("%s", paid).isNotEmpty();
        assertThat(workers(paid, "uptime")).as("%s", paid).isNotEmpty().isSubsetOf("trainer-1", "trainer-2");
    }

    /** Who was paid for work. */
    private static List<String> workers(JsonNode paid, String mechanism) {
        return paid.valueStream()
                .filter(row -> row.path("mechanism").asText().equals(mechanism))
                .filter(row -> row.path("incentive").asLong() > 0)
                .map(row -> row.path("node").asText())
                .toList();
    }

    /** Participants of the outside mechanism are two trainers, by their HTTP ports. */
    private static void writeParticipants(TestnetRun run, Path file) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (JsonNode started : run.events("node-started")) {
            URI http = URI.create(started.path("managementUrl").asText());
            if (List.of("trainer-1", "trainer-2").contains(started.path("node").asText())) {
                lines.append(started.path("hotkey").asText())
                        .append(" %s %d%n".formatted(http.getHost(), http.getPort()));
            }
        }
        Files.writeString(file, lines);
    }

    /** Asks the validator, as a trainer may just have been killed. */
    private static void assertLedgerOfARunIsReexecuted(TestnetRun run) {
        JsonNode node = run.events("node-started").stream()
                .filter(started -> started.path("role").asText().equals("validator"))
                .findFirst()
                .orElseThrow();
        String url = node.path("managementUrl").asText();
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed, true);
        assertThat(Covey.run(out, out, "ledger", "verify", "--node", url, "--json"))
                .as("%s", printed)
                .isZero();
        assertThat(printed.toString()).contains("\"conserved\":true");
        String hotkey = run.events("node-started").getLast().path("hotkey").asText();
        assertThat(Covey.run(out, out, "explain", hotkey, "--node", url, "--payouts"))
                .as("%s", printed)
                .isZero();
    }

    private List<JsonNode> killed(String name) throws IOException, InterruptedException {
        Path peers = directory.resolve("peers.txt");
        String scorer = "uptime=../deploy/examples/tcp-scorer " + peers;
        TestnetRun run = TestnetRun.start(
                directory.resolve(name), "--rounds", "8", "--chaos", "7", "--tempo", "6", "--scorer", scorer);
        run.await(event -> event.path("event").asText().equals("round-sealed"));
        writeParticipants(run, peers);
        assertLedgerOfARunIsReexecuted(run);
        run.finished();
        assertThat(run.summary().path("lostRounds").asInt()).isZero();
        assertThat(run.summary().path("stateRootsAgree").asBoolean()).isTrue();
        assertThat(Files.isDirectory(directory.resolve(name))).isTrue();
        assertEachMechanismPaid(run.summary());
        return run.events("fault");
    }
}

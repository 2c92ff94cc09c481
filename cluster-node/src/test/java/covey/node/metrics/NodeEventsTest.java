package covey.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.protocol.model.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeEventsTest {
    private static final NodeEvent APPLIED = new NodeEvent(
            NodeEvent.APPLIED,
            4,
            new TreeMap<>(Map.of(
                    "collected",
                    3,
                    "rejected",
                    1,
                    "stateRoot",
                    "ab\"cd",
                    "trainLoss",
                    3.25,
                    "heldOutLoss",
                    Double.NaN,
                    "durationMs",
                    1500L)),
            1_700_000_000_000L);

    @TempDir
    private Path folder;

    @Test
    void shouldReachEverySinkEvenIfOneFails() {
        List<String> seen = new ArrayList<>();
        EventSink broken = event -> {
            throw new IOException("disk full");
        };
        EventSink bug = event -> {
            throw new IllegalStateException();
        };
        try (NodeEvents events = new NodeEvents(List.of(broken, bug, event -> seen.add(event.kind())))) {
            events.publish(NodeEvent.STARTED, 0, Map.of());
            events.publish(NodeEvent.HALTED, 0, Map.of("reason", "x"));
        }
        assertThat(seen).containsExactly("started", "halted");
    }

    @Test
    void shouldDropAndCountWhatASlowSinkHasNoRoomFor() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        EventSink slow = event -> {
            busy.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (NodeEvents events = new NodeEvents(List.of(slow))) {
            events.publish(APPLIED);
            assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < Limits.EVENTS_WAITING_MAX_COUNT + 5; i++) {
                events.publish(APPLIED);
            }
            assertThat(events.droppedCount()).isEqualTo(5);
            go.countDown();
        }
    }

    @Test
    void shouldWriteOneObjectALineAfterAHeader() throws Exception {
        Path file = folder.resolve("metrics.jsonl");
        for (int start = 0; start < 2; start++) {
            try (MetricsFile metrics = MetricsFile.open(file, new TreeMap<>(Map.of("runId", "ab12")))) {
                metrics.write(APPLIED);
            }
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst()).isEqualTo("{\"event\":\"header\",\"runId\":\"ab12\"}");
        JsonNode event = new JsonMapper().readTree(lines.getLast());
        assertThat(event.get("event").asText()).isEqualTo("applied");
        assertThat(event.get("round").asLong()).isEqualTo(4);
        assertThat(event.get("stateRoot").asText()).isEqualTo("ab\"cd");
        assertThat(event.get("trainLoss").asDouble()).isEqualTo(3.25);
        assertThat(event.get("heldOutLoss").isNull()).isTrue();
    }

    @Test
    void shouldBeginANewLineAfterOneThatACrashCut() throws Exception {
        Path file = Files.writeString(folder.resolve("metrics.jsonl"), "{\"event\":\"app");
        MetricsFile.open(file, new TreeMap<>(Map.of("runId", "ab12"))).close();
        assertThat(Files.readAllLines(file))
                .containsExactly("{\"event\":\"app", "{\"event\":\"header\",\"runId\":\"ab12\"}");
    }

    @Test
    void shouldPrintTheSameObjectsOnStandardOutput() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StdoutEvents(new PrintStream(out, true, StandardCharsets.UTF_8)).write(APPLIED);
        assertThat(new JsonMapper().readTree(out.toString(StandardCharsets.UTF_8)))
                .isEqualTo(new JsonMapper().readTree(APPLIED.toJson().toString()));
    }

    /** The check value of CRC-32C is e3069283; the record is that of an independent program. */
    @Test
    void shouldMaskChecksumsAsTensorFlowDoes() {
        assertThat(TensorBoardFile.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(Integer.rotateRight(0xe3069283, 15) + 0xa282ead8);
        assertThat(TensorBoardFile.record(TensorBoardFile.version(0)))
                .asHexString()
                .isEqualToIgnoringCase("1800000000000000" + "a37f4b22" + "09" + "0000000000000000" + "1a0d"
                        + "627261696e2e4576656e743a32" + "eedf28a3");
    }

    @Test
    void shouldEncodeAScalarAsTheProtobufEvent() {
        assertThat(TensorBoardFile.scalar(1_000, 300, "a/b", 1.5f))
                .asHexString()
                .isEqualToIgnoringCase("09" + "000000000000f03f" + "10" + "ac02" + "2a0c" + "0a0a" + "0a03" + "612f62"
                        + "15" + "0000c03f");
    }

    @Test
    void shouldWriteAnEventFileThatBeginsWithItsVersion() throws Exception {
        try (TensorBoardFile file = TensorBoardFile.open(folder.resolve("tb"), "node", 1_700_000_000_000L)) {
            file.write(APPLIED);
        }
        try (Stream<Path> files = Files.list(folder.resolve("tb"))) {
            Path file = files.findFirst().orElseThrow();
            assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.1700000000.node.");
            List<byte[]> records = records(Files.readAllBytes(file));
            assertThat(new String(records.getFirst(), StandardCharsets.ISO_8859_1))
                    .endsWith("brain.Event:2");
            assertThat(records.stream().skip(1).map(r -> new String(r, StandardCharsets.ISO_8859_1)))
                    .anyMatch(text -> text.contains("train/loss"))
                    .anyMatch(text -> text.contains("round/collected"))
                    .noneMatch(text -> text.contains("stateRoot"));
        }
    }

    private static List<byte[]> records(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] data = new byte[(int) in.getLong()];
            in.getInt();
            in.get(data);
            assertThat(in.getInt()).isEqualTo(TensorBoardFile.maskedCrc(data));
            records.add(data);
        }
        return records;
    }

    @Test
    void shouldTurnEventsIntoMetricsThatParse() {
        Metrics metrics = new Metrics();
        EventMetrics sink = new EventMetrics(metrics);
        sink.write(NodeEvent.of(NodeEvent.PHASE, 4, Map.of("phase", "TRAIN")));
        sink.write(NodeEvent.of(NodeEvent.PHASE, 4, Map.of("phase", "COLLECT")));
        sink.write(NodeEvent.of(NodeEvent.TRAINED, 4, Map.of("tokens", 1000, "durationMs", 500, "trainLoss", 3.5)));
        sink.write(APPLIED);
        sink.write(APPLIED);
        metrics.gauge("covey_ledger_height", "Last block.", () -> 12);

        String text = metrics.text();

        assertThat(text.lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) covey_[a-z0-9_]+ .+"
                        + "|covey_[a-z0-9_]+(\\{[a-z]+=\"[^\"]*\"})? (NaN|-?[0-9.]+(E-?[0-9]+)?)"));
        assertThat(text.lines())
                .contains(
                        "covey_round_current 4",
                        "covey_round_phase{phase=\"TRAIN\"} 0",
                        "covey_round_phase{phase=\"COLLECT\"} 1",
                        "covey_tokens_trained_total 1000",
                        "covey_tokens_per_second 2000",
                        "covey_train_loss 3.5",
                        "covey_contributions_total{result=\"accepted\"} 6",
                        "covey_contributions_total{result=\"rejected\"} 2",
                        "covey_rounds_completed_total 2",
                        "covey_round_duration_seconds 1.5",
                        "covey_ledger_height 12");
    }

    @Test
    void logShouldKeepTheLastEventsAndWaitForTheNext() throws Exception {
        EventLog log = new EventLog(2);
        for (int round = 1; round <= 4; round++) {
            log.write(NodeEvent.of(NodeEvent.PHASE, round, Map.of()));
        }
        assertThat(log.from(1).toCompletableFuture().join().number()).isEqualTo(3);
        var next = log.from(5).toCompletableFuture();
        assertThat(next).isNotDone();
        log.write(APPLIED);
        assertThat(next.get(30, TimeUnit.SECONDS).event()).isEqualTo(APPLIED);
    }
}

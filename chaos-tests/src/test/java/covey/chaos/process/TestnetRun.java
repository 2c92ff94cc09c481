package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.cli.Covey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A testnet run by this JVM with real child processes, and the events that it printed. Thread-safe. */
final class TestnetRun {
    private final List<JsonNode> events = new ArrayList<>();
    private final StringBuilder errors = new StringBuilder();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private TestnetRun(List<String> args) {
        PrintWriter out = new PrintWriter(new Lines(), true);
        PrintWriter err = new PrintWriter(new Appending(), true);
        thread = Thread.ofPlatform()
                .daemon()
                .name("testnet")
                .start(() -> exitCode.complete(Covey.run(out, err, args.toArray(String[]::new))));
    }

    /** Starts {@code covey testnet --model nano --json --dir DIR} with more options. */
    static TestnetRun start(Path directory, String... options) {
        List<String> args =
                new ArrayList<>(List.of("testnet", "--model", "nano", "--json", "--dir", directory.toString()));
        args.addAll(List.of(options));
        return new TestnetRun(args);
    }

    /** Waits for the end and requires exit code 0. */
    TestnetRun finished() {
        assertThat(exitCode.join()).as("exit code; %s", errors).isZero();
        return this;
    }

    /** Ends it before its last round; returns when no node is left. */
    void stop() {
        thread.interrupt();
        exitCode.join();
    }

    /** Waits until an event fits; fails if the testnet ends without one. */
    JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
        synchronized (events) {
            while (true) {
                Optional<JsonNode> found = events.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                assertThat(exitCode.isDone()).as("ended without it; %s", errors).isFalse();
                events.wait(500);
            }
        }
    }

    List<JsonNode> events(String kind) {
        synchronized (events) {
            return events.stream()
                    .filter(event -> event.path("event").asText().equals(kind))
                    .toList();
        }
    }

    JsonNode summary() {
        return events("summary").getFirst();
    }

    /** Splits what is printed into events. */
    private final class Lines extends Writer {
        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(char[] chars, int from, int length) {
            for (int i = from; i < from + length; i++) {
                if (chars[i] == '\n') {
                    add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(chars[i]);
                }
            }
        }

        private void add(String text) {
            try {
                JsonNode event = new JsonMapper().readTree(text);
                synchronized (events) {
                    events.add(event);
                    events.notifyAll();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + text, e);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private final class Appending extends Writer {
        @Override
        public void write(char[] chars, int from, int length) {
            synchronized (errors) {
                errors.append(chars, from, length);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

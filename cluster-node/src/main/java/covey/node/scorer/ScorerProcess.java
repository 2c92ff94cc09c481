package covey.node.scorer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One run of a scorer's program. It gets lines on standard input and gives lines on standard output; what it says on
 * standard error is dropped. A thread of its own reads, so that a program that hangs holds up nobody.
 */
final class ScorerProcess implements AutoCloseable {
    /** So that it can be killed with all that it started, where there is a program for that. */
    private static final String OWN_GROUP =
            "if command -v setsid >/dev/null; then exec setsid \"$@\"; else exec \"$@\"; fi";

    /** A line may be this long. */
    static final int LINE_MAX_BYTES = 1 << 20;
    /** Lines that wait to be read; a program that says more unasked waits, too. */
    private static final int LINES_MAX_COUNT = 4;

    private final Process process;
    /** The end of the output is an empty one. */
    private final BlockingQueue<Optional<byte[]>> lines = new LinkedBlockingQueue<>(LINES_MAX_COUNT);

    private final BlockingQueue<String> questions = new LinkedBlockingQueue<>(LINES_MAX_COUNT);
    private final Thread reader;
    private final Thread writer;

    private ScorerProcess(Process process) {
        this.process = process;
        reader = Thread.ofPlatform().daemon().name("covey-scorer-reader").start(this::read);
        writer = Thread.ofPlatform().daemon().name("covey-scorer-writer").start(this::write);
    }

    /**
     * @param memoryMiB address space that the program may use, where the shell can bound it
     * @throws IOException if it does not start
     */
    static ScorerProcess start(List<String> command, int memoryMiB) throws IOException {
        List<String> bounded = new ArrayList<>(
                List.of("sh", "-c", "ulimit -v " + 1024L * memoryMiB + " 2>/dev/null; " + OWN_GROUP, "sh"));
        bounded.addAll(command);
        return new ScorerProcess(new ProcessBuilder(bounded)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Returns at once; a program that does not read does not answer. */
    void write(String line) {
        questions.offer(line + "\n");
    }

    private void write() {
        try {
            while (true) {
                process.getOutputStream().write(questions.take().getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // The reader sees the end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next line; empty if none came in time or the program ended. */
    Optional<byte[]> line(long waitMs) throws InterruptedException {
        Optional<byte[]> line = lines.poll(waitMs, TimeUnit.MILLISECONDS);
        return line == null ? Optional.empty() : line;
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            Optional<byte[]> line;
            do {
                line = next(in);
                lines.put(line);
            } while (line.isPresent());
        } catch (IOException gone) {
            lines.offer(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<byte[]> next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() >= LINE_MAX_BYTES) {
                return Optional.empty();
            }
            line.write(b);
        }
        return Optional.of(line.toByteArray());
    }

    /** With everything that it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        killGroup();
        reader.interrupt();
        writer.interrupt();
    }

    /** What its children left behind; there is no such group where {@code setsid} is missing. */
    private void killGroup() {
        try {
            new ProcessBuilder("sh", "-c", "kill -9 -" + process.pid())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noShell) {
            // The program itself is gone.
        }
    }
}

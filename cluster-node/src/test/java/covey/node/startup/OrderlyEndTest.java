package covey.node.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderlyEndTest {
    private static final int ENDED = 7;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldEndAsSoonAsAllIsClosedThoughTheMainThreadExits() throws IOException, InterruptedException {
        Path closed = directory.resolve("closed");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        closed.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.getInputStream().read()).isEqualTo('r');

        process.toHandle().destroy();

        assertThat(process.waitFor(OrderlyEnd.MAX_S / 2, TimeUnit.SECONDS))
                .as("ended")
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(ENDED);
        assertThat(closed).exists();
    }

    /** Runs until a signal, closes what is open, and exits as a command does. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            CountDownLatch stop = new CountDownLatch(1);
            try (OrderlyEnd end = new OrderlyEnd()) {
                end.onSignal(
                        () -> {
                            stop.countDown();
                            return true;
                        },
                        () -> Runtime.getRuntime().halt(ENDED));
                System.out.write('r');
                System.out.flush();
                stop.await();
                Files.createFile(Path.of(args[0]));
            }
            System.exit(0);
        }
    }
}

package covey.protocol.ledger.economy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AssetReplayTest {
    private static final int ROUNDS = 8;

    @Test
    void shouldReachTheSameStateHashInAJvmOfAnotherPlace() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-Duser.language=tr",
                        "-Duser.country=TR",
                        "-Duser.timezone=Asia/Kathmandu",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AssetReplay.class.getName(),
                        "5",
                        "" + ROUNDS)
                .redirectErrorStream(true)
                .start();
        String here = AssetReplay.run(5, ROUNDS);
        String there = new String(other.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(there).isEqualTo(here);
        assertThat(AssetReplay.run(6, ROUNDS)).isNotEqualTo(here);
    }
}

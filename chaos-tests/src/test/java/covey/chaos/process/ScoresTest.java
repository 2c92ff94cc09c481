package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rule J2. */
@Timeout(600)
class ScoresTest {
    private static final int ROUNDS = 20;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldBeTheSameToTheLastBitAtTwoValidators() throws IOException {
        Path net = directory.resolve("net");
        TestnetRun run = TestnetRun.start(
                        net, "--rounds", Integer.toString(ROUNDS), "--trainers", "2", "--validators", "2")
                .finished();
        assertThat(run.summary().path("lostRounds").asInt()).isZero();

        List<String> first = Files.readAllLines(net.resolve("validator-1").resolve("scores.jsonl"));
        List<String> second = Files.readAllLines(net.resolve("validator-2").resolve("scores.jsonl"));
        // Who is stopped before the last round is scored has a line less.
        int common = Math.min(first.size(), second.size());
        assertThat(common).isGreaterThanOrEqualTo(ROUNDS - 1);
        assertThat(second.subList(0, common)).isEqualTo(first.subList(0, common));
    }
}

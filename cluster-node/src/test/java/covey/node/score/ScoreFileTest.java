package covey.node.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.score.Gains;
import covey.protocol.score.LossScore;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFileTest {
    @TempDir
    private Path folder;

    private static Hotkey hotkey(int number) {
        return new Hotkey(new Hash(number, 0, 0, number));
    }

    private static LossScore score(Seed seed) {
        return new LossScore(
                new Gains(32, seed.nextGaussian(), seed.nextDouble()),
                new Gains(32, seed.nextGaussian(), seed.nextDouble()));
    }

    private static ScoreBook.Round round(long number) {
        Seed seed = Seed.of(number);
        return new ScoreBook.Round(
                number,
                List.of(
                        new Outcome.Scored(hotkey(1), score(seed)),
                        new Outcome.Scored(hotkey(2), score(seed)),
                        new Outcome.Unscored(hotkey(3)),
                        new Outcome.Missing(hotkey(4)),
                        new Outcome.Refused(hotkey(5), 12),
                        new Outcome.Flagged(hotkey(6), "signs: 0.1 \"quoted\""),
                        new Outcome.Copied(hotkey(7), hotkey(1), number - 1, 0.75)),
                new TreeSet<>(List.of(hotkey(1), hotkey(2), hotkey(3))),
                0);
    }

    private Path file() {
        return folder.resolve("scores.jsonl");
    }

    private static ScoreBook write(ScoreFile file, long from, long to) {
        ScoreBook book = file.begin();
        for (long number = from; number <= to; number++) {
            ScoreBook.Round round = round(number);
            ScoreBook.Page page = book.after(round);
            file.scored(round, page);
            book = page.next();
        }
        return book;
    }

    @Test
    void shouldGoOnWithTheSameBookAfterARestart() throws IOException {
        ScoreBook written;
        try (ScoreFile scores = ScoreFile.open(file(), new ScoreHistory())) {
            written = write(scores, 1, 20);
        }
        ScoreHistory history = new ScoreHistory();
        try (ScoreFile scores = ScoreFile.open(file(), history)) {
            assertThat(scores.begin()).isEqualTo(written);
            write(scores, 21, 22);
        }
        assertThat(history.weights().round()).isEqualTo(22);
        assertThat(Files.readAllLines(file())).hasSize(22);
    }

    @Test
    void shouldCutALineThatACrashLeftIncomplete() throws IOException {
        ScoreBook written;
        try (ScoreFile scores = ScoreFile.open(file(), new ScoreHistory())) {
            written = write(scores, 1, 2);
        }
        Files.writeString(file(), "{\"round\":3,\"outc", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        try (ScoreFile scores = ScoreFile.open(file(), new ScoreHistory())) {
            assertThat(scores.begin()).isEqualTo(written);
            write(scores, 3, 3);
        }
        assertThat(Files.readAllLines(file())).hasSize(3);
    }

    @Test
    void shouldRefuseADamagedLine() throws IOException {
        Files.writeString(file(), "{\"round\":1,\"outcomes\":[{\"hotkey\":\"x\"}]}\n");
        assertThatThrownBy(() -> ScoreFile.open(file(), new ScoreHistory()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void shouldExplainAPeerWithTheInputsOfItsScore() throws IOException {
        ScoreHistory history = new ScoreHistory();
        try (ScoreFile scores = ScoreFile.open(file(), history)) {
            write(scores, 1, 3);
        }
        JsonNode copier = history.explain(hotkey(7).toString().substring(0, 16));
        assertThat(copier).hasSize(3);
        JsonNode last = copier.get(2);
        assertThat(last.path("outcome").asText()).isEqualTo("copied");
        assertThat(last.path("penalties").get(0).path("factor").asDouble()).isZero();
        assertThat(last.path("weight").asInt()).isZero();
        JsonNode scored = history.explain(hotkey(1).toString()).get(2);
        double product = scored.path("rating").asDouble()
                * scored.path("computationFactor").asDouble()
                * scored.path("sync").asDouble();
        assertThat(scored.path("score").asDouble()).isEqualTo(Math.max(0, product));
        assertThat(history.scores()).hasSize(7);
        assertThat(history.explain("ff")).isEmpty();
    }
}

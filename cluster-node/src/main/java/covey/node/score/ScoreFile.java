package covey.node.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.actors.judge.ScoreSink;
import covey.protocol.port.StoreFailure;
import covey.protocol.score.ScoreBook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * {@code scores.jsonl}: one scored round a line, with its outcomes and the verdicts that followed. The outcomes of all
 * lines in order give the book again, so a restarted validator goes on where it was. An incomplete last line is cut.
 */
public final class ScoreFile implements ScoreSink, AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final byte NEWLINE = '\n';

    private final Path file;
    private final FileChannel channel;
    private final ScoreHistory history;

    private ScoreFile(Path file, FileChannel channel, ScoreHistory history) {
        this.file = file;
        this.channel = channel;
        this.history = history;
    }

    /** Reads what is there into {@code history}. */
    public static ScoreFile open(Path file, ScoreHistory history) throws IOException {
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != NEWLINE) {
            end--;
        }
        List<String> lines = new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8)
                .lines()
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            history.take(history.book().after(round(file, i + 1, lines.get(i))));
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(end).position(end);
        return new ScoreFile(file, channel, history);
    }

    private static ScoreBook.Round round(Path file, int number, String line) throws IOException {
        try {
            return ScoreJson.read(MAPPER.readTree(line));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(
                    file + ": line " + number + " is damaged (expected: a scored round; move the file away)", e);
        }
    }

    @Override
    public ScoreBook begin() {
        return history.book();
    }

    @Override
    public void scored(ScoreBook.Round round, ScoreBook.Page page) {
        ObjectNode json = ScoreJson.write(round);
        ArrayNode verdicts = json.putArray("verdicts");
        page.verdicts().forEach(verdict -> verdicts.add(withoutOutcome(ScoreJson.write(verdict))));
        ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new StoreFailure("scores: cannot write " + file + ": " + e.getMessage(), e);
        }
        history.take(page);
    }

    /** The line has it once already. */
    private static JsonNode withoutOutcome(ObjectNode verdict) {
        return verdict.without(
                List.of("round", "outcome", "own", "random", "code", "finding", "source", "sourceRound", "overlap"));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package covey.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.config.ConfigError;
import covey.protocol.model.Limits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** JSON objects one after another, the field {@code text} of each a document; gzipped if its name ends in .gz. */
final class JsonlFile {
    private static final ObjectMapper MAPPER = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Limits.DOCUMENT_MAX_BYTES)
                    .build())
            .build());

    private JsonlFile() {}

    static boolean isOne(Path file) {
        String name = file.toString();
        return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
    }

    /**
     * Reads all documents.
     *
     * @param path of the file in its corpus; the documents are {@code path#0} and so on
     * @param maxBytes of text that all may have together
     */
    static List<TextFile> read(Path file, String path, long maxBytes) throws IOException {
        List<TextFile> documents = new ArrayList<>();
        long bytes = 0;
        try (InputStream in = open(file);
                MappingIterator<JsonNode> objects =
                        MAPPER.readerFor(JsonNode.class).readValues(in)) {
            while (objects.hasNextValue()) {
                TextFile document = document(objects.nextValue(), path, documents.size());
                bytes += document.text().length;
                if (bytes > maxBytes) {
                    throw new ConfigError("corpus: " + file + " (expected: at most " + Limits.CORPUS_MAX_BYTES
                            + " bytes of text in all)");
                }
                documents.add(document);
            }
            return documents;
        } catch (JsonProcessingException e) {
            throw new ConfigError(
                    "corpus: " + file + ", object " + documents.size() + ": "
                            + String.valueOf(e.getOriginalMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("bad")
                            + " (expected: JSON objects with a text)",
                    e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static TextFile document(JsonNode object, String path, int index) {
        JsonNode text = object.path("text");
        if (!text.isTextual()) {
            throw new ConfigError("corpus: " + path + ", object " + index + " (expected: a JSON object with a text)");
        }
        return new TextFile(path + "#" + index, text.textValue().getBytes(UTF_8));
    }
}

package covey.node.data;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What streams were made of and what they are, with SHA-256 of each file, for people and programs outside of the run.
 */
final class ManifestJson {
    static final String FILE = "manifest.json";

    private ManifestJson() {}

    static void write(Corpus corpus, Genesis.DataManifest manifest, Path folder, Crypto crypto) throws IOException {
        JsonMapper mapper = new JsonMapper();
        ObjectNode root =
                mapper.createObjectNode().put("source", manifest.source()).put("tokenizer", manifest.tokenizer());
        stream(root.putObject("train"), folder.resolve(CorpusStreams.TRAIN), manifest.train(), crypto)
                .put("tokens", manifest.trainTokens());
        stream(root.putObject("heldOut"), folder.resolve(CorpusStreams.HELD_OUT), manifest.heldOut(), crypto)
                .put("tokens", manifest.heldOutTokens())
                .put("textBytes", manifest.heldOutTextBytes());
        corpus.entropyBitsPerByte().ifPresent(bits -> root.put("entropyBitsPerByte", bits));
        ArrayNode files = root.putArray("files");
        for (Path file : corpus.files()) {
            file(files.addObject(), corpus.path(file), file, crypto);
        }
        mapper.enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve(FILE).toFile(), root);
    }

    private static ObjectNode stream(ObjectNode out, Path file, ContentId content, Crypto crypto) throws IOException {
        return file(out, String.valueOf(file.getFileName()), file, crypto).put("content", content.toString());
    }

    private static ObjectNode file(ObjectNode out, String name, Path file, Crypto crypto) throws IOException {
        return out.put("file", name)
                .put("bytes", Files.size(file))
                .put("sha256", hash(file, crypto).hex());
    }

    private static Hash hash(Path file, Crypto crypto) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return crypto.sha256()
                    .update(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena))
                    .finish();
        }
    }
}

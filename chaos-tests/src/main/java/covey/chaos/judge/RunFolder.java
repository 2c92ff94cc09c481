package covey.chaos.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a chaos run keeps its files: a folder for each node, {@code archive/NODE/ID} for each small content that a node
 * was seen with, {@code chaos.jsonl} with what was done and seen.
 */
public record RunFolder(Path root) {
    /** Contents up to this size are kept; larger ones are checkpoints and corpora. 1/8 of nano's θ. */
    public static final long ARCHIVED_MAX_BYTES = 64 << 10;

    private static final String ARCHIVE = "archive";

    /** One node's folder. */
    record NodeFolder(String name, Path path) {
        Path journal() {
            return path.resolve("journal");
        }

        Path events() {
            return path.resolve("metrics.jsonl");
        }

        /** What the node follows, and what an authority votes on. */
        List<Path> blocks() {
            return Stream.of("blocks", "authority-blocks")
                    .map(path::resolve)
                    .filter(Files::exists)
                    .toList();
        }

        Hotkey hotkey() {
            return KeyFile.hotkeyOf(KeyFile.read(path.resolve("hotkey.key")));
        }
    }

    public Path history() {
        return root.resolve("chaos.jsonl");
    }

    public Path archive() {
        return root.resolve(ARCHIVE);
    }

    /** By name. */
    List<NodeFolder> nodes() {
        try (Stream<Path> inside = Files.list(root)) {
            return inside.filter(folder -> Files.exists(folder.resolve("hotkey.key")))
                    .sorted()
                    .map(folder -> new NodeFolder(folder.getFileName().toString(), folder))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the first node that has one. */
    GenesisFile genesis(Crypto crypto) {
        return nodes().stream()
                .map(node -> node.path().resolve("genesis.json"))
                .filter(Files::exists)
                .findFirst()
                .map(file -> GenesisFile.read(file, crypto))
                .orElseThrow(() -> new IllegalStateException("genesis.json: in no folder of " + root));
    }

    /** As the run's own history has it; empty if it has not come so far. */
    public Optional<Judge.Healed> healed() throws IOException {
        Optional<Judge.Healed> healed = Optional.empty();
        for (String line : Files.exists(history()) ? Files.readAllLines(history()) : List.<String>of()) {
            JsonNode event = new JsonMapper().readTree(line);
            if (event.path("event").asText().equals("healed")) {
                List<String> names = new ArrayList<>();
                event.path("nodes").forEach(name -> names.add(name.asText()));
                healed = Optional.of(new Judge.Healed(event.path("round").asLong(), names));
            }
        }
        return healed;
    }
}

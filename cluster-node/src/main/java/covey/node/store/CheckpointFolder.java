package covey.node.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.config.ConfigError;
import covey.node.config.GenesisFile;
import covey.protocol.model.ContentId;
import covey.protocol.port.Crypto;
import covey.protocol.port.StoreFailure;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A checkpoint for people and programs outside of the run: {@code genesis.json}, {@code theta.bin} (θ's canonical
 * bytes, fp32 little-endian in layout order) and {@code checkpoint.json} with the run id, the round and the state root.
 *
 * @param genesis of the run
 * @param round whose outer step was the last, 0 for θ_0
 * @param stateRoot content id of θ's bytes
 * @param theta a read-only view of the file
 */
public record CheckpointFolder(GenesisFile genesis, long round, ContentId stateRoot, MemorySegment theta) {
    private static final String GENESIS = "genesis.json";
    private static final String THETA = "theta.bin";
    private static final String CHECKPOINT = "checkpoint.json";

    /**
     * Writes, or replaces, a checkpoint in a folder. {@code checkpoint.json} comes last, so an older one never names
     * newer parameters unnoticed: the root tells.
     */
    public static void write(Path folder, GenesisFile genesis, long round, ContentId stateRoot, MemorySegment theta) {
        ObjectNode json = new JsonMapper()
                .createObjectNode()
                .put("runId", genesis.runId().toString())
                .put("round", round)
                .put("stateRoot", stateRoot.toString());
        try {
            Files.createDirectories(folder);
            replace(folder.resolve(GENESIS), genesis.bytes().toArray());
            DurableFiles.replace(folder.resolve(THETA), out -> DurableFiles.write(out, theta));
            replace(folder.resolve(CHECKPOINT), new JsonMapper().writeValueAsBytes(json));
        } catch (IOException e) {
            throw new StoreFailure("checkpoint " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        DurableFiles.replace(file, out -> DurableFiles.writeAll(out, ByteBuffer.wrap(bytes)));
    }

    /** Opens a checkpoint and compares θ with the state root. What is wrong is a {@link ConfigError}. */
    public static CheckpointFolder read(Path folder, Crypto crypto) {
        GenesisFile genesis = GenesisFile.read(folder.resolve(GENESIS), crypto);
        try {
            JsonNode json = new JsonMapper().readTree(Files.readAllBytes(folder.resolve(CHECKPOINT)));
            requireEqual(
                    folder,
                    "runId",
                    json.path("runId").asText(),
                    genesis.runId().toString());
            MemorySegment theta = FileContentStore.map(folder.resolve(THETA));
            ContentId root = ContentHash.of(theta, crypto);
            requireEqual(
                    folder,
                    "stateRoot of theta.bin",
                    root.toString(),
                    json.path("stateRoot").asText());
            return new CheckpointFolder(genesis, json.path("round").asLong(), root, theta);
        } catch (NoSuchFileException e) {
            throw new ConfigError("checkpoint: " + e.getMessage() + " (expected: an existing file)", e);
        } catch (IOException e) {
            throw new ConfigError("checkpoint: " + folder + " (expected: readable files; " + e.getMessage() + ")", e);
        }
    }

    private static void requireEqual(Path folder, String name, String value, String expected) {
        if (!value.equals(expected)) {
            throw new ConfigError(
                    "checkpoint " + folder + ": " + name + ": " + value + " (expected: " + expected + ")");
        }
    }
}

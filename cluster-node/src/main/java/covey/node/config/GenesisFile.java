package covey.node.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * {@code genesis.json}: the bytes that name a run. The run id is the hash of the bytes as they are, so a file is handed
 * on byte for byte and never written anew.
 *
 * @param genesis what the bytes say
 * @param runId SHA-256 of {@code "covey/1/genesis"} and the bytes
 * @param bytes the file
 */
public record GenesisFile(Genesis genesis, RunId runId, Bytes bytes) {
    private static final byte[] DOMAIN = "covey/1/genesis".getBytes(StandardCharsets.US_ASCII);

    /** Reads bytes from anywhere, hostile ones too. */
    public static GenesisFile parse(Bytes bytes, Crypto crypto) throws Malformed {
        if (bytes.length() > Limits.GENESIS_MAX_BYTES) {
            throw new Malformed(
                    "genesis: " + bytes.length() + " bytes (expected: at most " + Limits.GENESIS_MAX_BYTES + ")");
        }
        JsonFields fields = JsonFields.parse(bytes.unsafeArray(), "genesis");
        try {
            return new GenesisFile(GenesisJson.read(fields), runId(bytes, crypto), bytes);
        } catch (IllegalArgumentException e) {
            throw new Malformed("genesis " + e.getMessage());
        }
    }

    /** Reads a file that the operator named. */
    public static GenesisFile read(Path file, Crypto crypto) {
        try {
            if (Files.size(file) > Limits.GENESIS_MAX_BYTES) {
                throw new ConfigError(
                        "genesis: " + file + " (expected: at most " + Limits.GENESIS_MAX_BYTES + " bytes)");
            }
            return parse(Bytes.wrap(Files.readAllBytes(file)), crypto);
        } catch (Malformed e) {
            throw new ConfigError(file + ": " + e.rule(), e);
        } catch (NoSuchFileException e) {
            throw new ConfigError("genesis: " + file + " (expected: an existing file)", e);
        } catch (IOException e) {
            throw new ConfigError("genesis: " + file + " (expected: a readable file; " + e + ")", e);
        }
    }

    /** Makes the bytes of a new run. They are read back, so what is out of bounds is an IllegalArgumentException. */
    public static GenesisFile of(Genesis genesis, Crypto crypto) {
        ObjectMapper mapper = new JsonMapper().enable(SerializationFeature.INDENT_OUTPUT);
        try {
            Bytes bytes = Bytes.wrap(mapper.writeValueAsBytes(GenesisJson.write(genesis, mapper)));
            return parse(bytes, crypto);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Malformed e) {
            throw new IllegalArgumentException(e.rule(), e);
        }
    }

    private static RunId runId(Bytes bytes, Crypto crypto) {
        return new RunId(
                crypto.sha256().update(DOMAIN).update(bytes.unsafeArray()).finish());
    }
}

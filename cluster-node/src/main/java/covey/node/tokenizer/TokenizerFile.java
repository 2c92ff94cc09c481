package covey.node.tokenizer;

import covey.node.config.ConfigError;
import covey.node.store.DurableFiles;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.data.Tokenizer;
import covey.protocol.data.bpe.BpeTokenizer;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.port.StoreFailure;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The tokenizer that genesis names: {@code bytes}, or {@code bpe:} and the SHA-256 of its tokenizer.json. */
public final class TokenizerFile {
    public static final String FILE = "tokenizer.json";

    private static final String BPE = "bpe:";

    private TokenizerFile() {}

    /** The name of a BPE tokenizer. */
    public static String name(byte[] json, Crypto crypto) {
        return BPE + crypto.sha256(json).hex();
    }

    /** Whether it needs a file. */
    public static boolean isBpe(String name) {
        return name.startsWith(BPE);
    }

    /**
     * Opens a tokenizer by its name; a new one each time.
     *
     * @param file its tokenizer.json, if it is one of BPE
     * @throws ConfigError if there is no such tokenizer or the file is another
     */
    public static Tokenizer open(String name, Path file, Crypto crypto) {
        if (name.equals(ByteTokenizer.NAME)) {
            return ByteTokenizer.INSTANCE;
        }
        if (!isBpe(name)) {
            throw new ConfigError("tokenizer: " + name + " (expected: " + ByteTokenizer.NAME + ", or " + BPE
                    + " and the SHA-256 of its tokenizer.json)");
        }
        byte[] json = read(file);
        if (!name(json, crypto).equals(name)) {
            throw new ConfigError("tokenizer: " + file + " is " + name(json, crypto) + " (expected: " + name + ")");
        }
        return parse(json, file);
    }

    /** Opens any tokenizer.json. */
    public static Tokenizer parse(byte[] json, Path file) {
        try {
            return new BpeTokenizer(TokenizerJson.read(json));
        } catch (Malformed e) {
            throw new ConfigError("tokenizer " + file + ": " + e.rule(), e);
        }
    }

    /** Puts a tokenizer.json into a folder, if none is there. */
    public static void copy(Path file, Path folder) {
        Path target = folder.resolve(FILE);
        if (Files.exists(target)) {
            return;
        }
        try {
            DurableFiles.replace(target, out -> DurableFiles.write(out, MemorySegment.ofArray(read(file))));
        } catch (IOException e) {
            throw new StoreFailure("tokenizer " + target + ": " + e.getMessage(), e);
        }
    }

    /** The bytes of a tokenizer.json, of a size that is allowed. */
    public static byte[] read(Path file) {
        try {
            long size = Files.size(file);
            if (size > Limits.TOKENIZER_MAX_BYTES) {
                throw new ConfigError("tokenizer: " + file + " has " + size + " bytes (expected: at most "
                        + Limits.TOKENIZER_MAX_BYTES + ")");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ConfigError("tokenizer: " + file + " (expected: an existing file)", e);
        } catch (IOException e) {
            throw new ConfigError("tokenizer: " + file + " (expected: a readable file; " + e.getMessage() + ")", e);
        }
    }
}

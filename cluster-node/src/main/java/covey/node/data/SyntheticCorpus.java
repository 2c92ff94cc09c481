package covey.node.data;

import covey.node.config.ConfigError;
import covey.protocol.data.MarkovText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Text of known entropy, the same for the same seed (see {@link MarkovText}). */
record SyntheticCorpus(long seed) implements TextCorpus {
    static final String PREFIX = "synthetic:";

    private static final int LENGTH_BYTES = 4 << 20;

    /** @param name {@code synthetic:SEED} */
    static SyntheticCorpus parse(String name) {
        try {
            return new SyntheticCorpus(Long.parseLong(name.substring(PREFIX.length())));
        } catch (NumberFormatException e) {
            throw new ConfigError("--corpus: " + name + " (expected: " + PREFIX + "SEED, a whole number)", e);
        }
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "%s%d (order %d over %d letters, %.4f bits a byte)",
                PREFIX,
                seed,
                MarkovText.ORDER,
                MarkovText.LETTERS,
                MarkovText.of(seed).entropyRate());
    }

    @Override
    public String fingerprint() {
        return PREFIX + seed + "|" + LENGTH_BYTES;
    }

    @Override
    public List<Path> files() {
        return List.of();
    }

    @Override
    public OptionalDouble entropyBitsPerByte() {
        return OptionalDouble.of(MarkovText.of(seed).entropyRate());
    }

    @Override
    public List<TextFile> read() {
        return List.of(new TextFile("text", MarkovText.of(seed).text(LENGTH_BYTES)));
    }
}

package covey.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import covey.node.config.ConfigError;
import covey.node.store.CheckpointFolder;
import covey.node.tokenizer.TokenizerFile;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.EngineFactory;
import covey.protocol.data.ArrayTokenSource;
import covey.protocol.data.Tokenizer;
import covey.protocol.model.ContentId;
import covey.protocol.port.Engine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a text with a checkpoint's parameters. */
@Command(
        name = "generate",
        description = "Continues a text with a checkpoint's model.",
        mixinStandardHelpOptions = true)
public final class GenerateCommand implements Verb {
    private static final int TOKENS_MAX = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--checkpoint", paramLabel = "DIR", required = true, description = "A checkpoint's folder.")
    private Path checkpoint = Path.of("");

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "Text to continue.")
    private String prompt = "";

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens to add (${DEFAULT-VALUE}).")
    private int tokens = 200;

    @Option(names = "--temperature", paramLabel = "X", description = "0 takes the likeliest token (${DEFAULT-VALUE}).")
    private double temperature = 0.8;

    @Option(names = "--seed", paramLabel = "S", description = "Of the random choices (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() {
        require(tokens >= 1 && tokens <= TOKENS_MAX, "--tokens: " + tokens + " (expected: 1 to " + TOKENS_MAX + ")");
        require(temperature >= 0 && temperature <= 10, "--temperature: " + temperature + " (expected: 0 to 10)");
        CheckpointFolder loaded = CheckpointFolder.read(checkpoint, new Ed25519Crypto());
        Tokenizer tokenizer = TokenizerFile.open(
                loaded.genesis().genesis().data().tokenizer(),
                checkpoint.resolve(TokenizerFile.FILE),
                new Ed25519Crypto());
        print(
                loaded,
                new String(tokenizer.decode(continuation(loaded, tokenizer)).toArray(), UTF_8));
        return Covey.DONE;
    }

    /** Without tokens that the model has and the tokenizer has not: they stand for no text. */
    private int[] continuation(CheckpointFolder loaded, Tokenizer tokenizer) {
        ArrayTokenSource none = ArrayTokenSource.of(new int[0], 1);
        int threads = Runtime.getRuntime().availableProcessors();
        try (Engine engine = factory().open(loaded.genesis().genesis(), none, none, threads)) {
            ContentId root = engine.load(loaded.theta());
            if (!root.equals(loaded.stateRoot())) {
                throw new CommandFailed("state root: " + root + " (expected: " + loaded.stateRoot() + ")");
            }
            int[] text = tokenizer.encode(prompt.getBytes(UTF_8));
            int[] start = text.length > 0 ? text : new int[] {tokenizer.endOfText()};
            return Arrays.stream(engine.generate(start, tokens, temperature, seed))
                    .filter(token -> token < tokenizer.vocabulary())
                    .toArray();
        }
    }

    private static EngineFactory factory() {
        return ServiceLoader.load(EngineFactory.class)
                .findFirst()
                .orElseThrow(() -> new CommandFailed("engine: none (expected: one on the class path)"));
    }

    private void print(CheckpointFolder loaded, String continuation) {
        if (json.wanted()) {
            json.print(
                    spec,
                    JsonOutput.object()
                            .put("round", loaded.round())
                            .put("stateRoot", loaded.stateRoot().toString())
                            .put("prompt", prompt)
                            .put("text", continuation));
        } else {
            spec.commandLine().getOut().println(prompt + continuation);
        }
    }

    private static void require(boolean ok, String line) {
        if (!ok) {
            throw new ConfigError(line);
        }
    }
}

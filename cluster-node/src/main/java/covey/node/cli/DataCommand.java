package covey.node.cli;

import covey.node.config.ConfigError;
import covey.node.data.ByteModelBaseline;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Works on training data. */
@Command(name = "data", description = "Prepares training data.", mixinStandardHelpOptions = true)
public final class DataCommand implements Verb {
    private static final int BASELINE_WINDOWS = 256;
    private static final int BASELINE_SEQUENCE = 128;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    @Command(
            name = "prepare",
            description = "Turns a text into token streams and prints what genesis would say of them.",
            mixinStandardHelpOptions = true)
    Integer prepare(
            @Option(
                            names = "--corpus",
                            paramLabel = "PATH",
                            description = "Text, JSON lines, shards of tokens, a folder of such, a src.zip or"
                                    + " synthetic:SEED.")
                    @Nullable
                    Path corpus,
            @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the streams.")
                    Path out,
            @Option(
                            names = "--vocabulary",
                            paramLabel = "N",
                            defaultValue = "256",
                            description = "256: bytes are tokens; 257 to 65536: BPE.")
                    int vocabulary,
            @Mixin JsonOutput json)
            throws IOException {
        if (vocabulary < ByteTokenizer.VOCABULARY || vocabulary > Limits.BPE_VOCABULARY_MAX_COUNT) {
            throw new ConfigError("--vocabulary: " + vocabulary + " (expected: " + ByteTokenizer.VOCABULARY + " to "
                    + Limits.BPE_VOCABULARY_MAX_COUNT + ")");
        }
        CorpusCache cache = new CorpusCache(out, new Ed25519Crypto());
        PreparedCorpus prepared = cache.prepare(Corpus.of(Optional.ofNullable(corpus)), vocabulary);
        double baseline = baseline(prepared);
        if (json.wanted()) {
            printJson(prepared, baseline, json);
        } else {
            printText(prepared, baseline);
        }
        return Covey.DONE;
    }

    private static double baseline(PreparedCorpus prepared) throws IOException {
        MappedTokenSource train = prepared.train(BASELINE_SEQUENCE, new Ed25519Crypto());
        MappedTokenSource heldOut = prepared.heldOut(BASELINE_SEQUENCE, new Ed25519Crypto());
        long[] windows = heldOut.evaluationWindows(BASELINE_WINDOWS);
        return windows.length == 0
                ? Double.NaN
                : ByteModelBaseline.bitsPerByte(train, heldOut, windows, prepared.tokenizer(new Ed25519Crypto()));
    }

    private void printJson(PreparedCorpus prepared, double baseline, JsonOutput json) {
        Genesis.DataManifest manifest = prepared.manifest();
        json.print(
                spec,
                JsonOutput.object()
                        .put("source", manifest.source())
                        .put("tokenizer", manifest.tokenizer())
                        .put("train", manifest.train().toString())
                        .put("trainTokens", manifest.trainTokens())
                        .put("heldOut", manifest.heldOut().toString())
                        .put("heldOutTokens", manifest.heldOutTokens())
                        .put("baselineBitsPerByte", Double.isNaN(baseline) ? null : baseline)
                        .put("trainFile", prepared.trainFile().toString())
                        .put("heldOutFile", prepared.heldOutFile().toString())
                        .put("manifestFile", prepared.manifestFile().toString()));
    }

    private void printText(PreparedCorpus prepared, double baseline) {
        Genesis.DataManifest manifest = prepared.manifest();
        PrintWriter out = spec.commandLine().getOut();
        out.println("source    " + manifest.source());
        out.println("tokenizer " + manifest.tokenizer());
        out.println("train     " + manifest.train() + "  " + manifest.trainTokens() + " tokens");
        out.println("held out  " + manifest.heldOut() + "  " + manifest.heldOutTokens() + " tokens");
        out.printf(Locale.ROOT, "baseline  %.4f bits a byte (order 2)%n", baseline);
        out.println("manifest  " + prepared.manifestFile());
    }
}

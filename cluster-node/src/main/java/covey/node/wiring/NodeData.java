package covey.node.wiring;

import covey.node.config.ConfigError;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.store.FileContentStore;
import covey.node.tokenizer.TokenizerFile;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Crypto;
import covey.protocol.port.TokenSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run's token streams (rules I1, F4): made from the text on this machine, or those of an earlier start, or here
 * only once peers have given them. They lie among the node's contents, so that others can fetch them. Thread-safe.
 */
final class NodeData {
    private static final Logger LOG = LoggerFactory.getLogger(NodeData.class);

    private final Genesis genesis;
    private final FileContentStore contents;
    private final Crypto crypto;
    private volatile Optional<Streams> streams = Optional.empty();

    /** @param evaluationTextBytes bytes of text behind the targets of the windows that are measured */
    private record Streams(
            PreparedCorpus corpus, MappedTokenSource train, MappedTokenSource heldOut, long evaluationTextBytes) {}

    /** Windows of a stream that may not be here yet; until then nobody may read them. */
    private record Windows(long windowCount, NodeData data, Function<Streams, TokenSource> stream)
            implements TokenSource {
        @Override
        public void window(long id, int[] into, int at) {
            stream.apply(data.streams.orElseThrow()).window(id, into, at);
        }
    }

    private NodeData(Genesis genesis, FileContentStore contents, Crypto crypto) {
        this.genesis = genesis;
        this.contents = contents;
        this.crypto = crypto;
    }

    /**
     * Finds the streams on this machine; if its text is another one, {@link #missing} says what is to be fetched.
     *
     * @param text as {@link Corpus#of} has it
     */
    static NodeData of(
            Optional<Path> text, CorpusCache cache, Genesis genesis, FileContentStore contents, Crypto crypto)
            throws IOException {
        NodeData data = new NodeData(genesis, contents, crypto);
        Optional<PreparedCorpus> local = data.local(text, cache);
        if (local.isPresent()) {
            data.adopt(local.get());
        } else {
            requireNamed(genesis.data());
            data.openStored();
        }
        return data;
    }

    /** The text that the operator named, or the JDK's where the run says that it is that; empty if it is another. */
    private Optional<PreparedCorpus> local(Optional<Path> named, CorpusCache cache) throws IOException {
        Corpus corpus = Corpus.of(named);
        boolean isCandidate =
                named.isPresent() || corpus.name().equals(genesis.data().source()) && corpus.isReadable();
        if (!isCandidate) {
            return Optional.empty();
        }
        PreparedCorpus prepared = cache.prepare(corpus, vocabulary(genesis));
        Optional<String> other = difference(prepared.manifest(), genesis.data());
        other.ifPresent(line -> LOG.warn("{}; the run's shards are fetched from peers (rule F4)", line));
        return other.isPresent() ? Optional.empty() : Optional.of(prepared);
    }

    /** One line that says why a text is not the run's; empty if it is. */
    static Optional<String> difference(Genesis.DataManifest here, Genesis.DataManifest wanted) {
        boolean isSame = here.train().equals(wanted.train())
                && here.heldOut().equals(wanted.heldOut())
                && here.tokenizer().equals(wanted.tokenizer());
        return isSame
                ? Optional.empty()
                : Optional.of("corpus: " + here.source() + " by tokenizer " + here.tokenizer()
                        + " (expected: the run's text, " + wanted.source() + " by tokenizer " + wanted.tokenizer()
                        + ")");
    }

    /** Refuses, by one line, to fetch for a tokenizer whose file genesis does not name by content. */
    static void requireNamed(Genesis.DataManifest wanted) {
        if (TokenizerFile.isBpe(wanted.tokenizer()) && wanted.tokenizerFile().isEmpty()) {
            throw new ConfigError("tokenizer: " + wanted.tokenizer()
                    + " has no content id in this run's genesis (expected: the run's text on this machine, "
                    + wanted.source() + ", by --corpus or the same JDK; rule F4)");
        }
    }

    private static int vocabulary(Genesis genesis) {
        return genesis.data().tokenizer().equals(ByteTokenizer.NAME)
                ? ByteTokenizer.VOCABULARY
                : genesis.model().vocabulary();
    }

    private void adopt(PreparedCorpus corpus) throws IOException {
        contents.adopt(corpus.manifest().train(), corpus.trainFile(), corpus.trainLeaves());
        contents.adopt(corpus.manifest().heldOut(), corpus.heldOutFile(), corpus.heldOutLeaves());
        if (corpus.manifest().tokenizerFile().isPresent()) {
            contents.put(MemorySegment.ofArray(TokenizerFile.read(corpus.tokenizerFile())));
        }
        open(corpus);
    }

    private void open(PreparedCorpus corpus) throws IOException {
        int sequence = genesis.model().sequence();
        MappedTokenSource heldOut = corpus.heldOut(sequence, crypto);
        long[] windows = heldOut.evaluationWindows(NodeFolders.EVALUATION_WINDOWS);
        long textBytes = heldOut.textBytes(windows, corpus.tokenizer(crypto));
        streams = Optional.of(new Streams(corpus, corpus.train(sequence, crypto), heldOut, textBytes));
    }

    private void openStored() throws IOException {
        if (missing().isEmpty()) {
            open(stored());
        }
    }

    private PreparedCorpus stored() {
        Genesis.DataManifest manifest = genesis.data();
        Path train = contents.path(manifest.train()).orElseThrow();
        Path tokenizer = manifest.tokenizerFile()
                .flatMap(shard -> contents.path(shard.content()))
                .orElse(train);
        return new PreparedCorpus(
                manifest,
                train,
                leaves(manifest.train()),
                contents.path(manifest.heldOut()).orElseThrow(),
                leaves(manifest.heldOut()),
                tokenizer);
    }

    private List<Hash> leaves(ContentId content) {
        return contents.leaves(content).orElseThrow();
    }

    /** What the node's contents lack. */
    List<Genesis.Shard> missing() {
        return genesis.data().shards().stream()
                .filter(shard -> !contents.has(shard.content()))
                .toList();
    }

    /** All that was {@link #missing} is among the contents now. */
    void arrived() {
        try {
            openStored();
        } catch (IOException e) {
            throw new UncheckedIOException("data: " + e.getMessage(), e);
        }
    }

    /** Lets peers whose text is another fetch what is here; returns at once. */
    void serve(BulkTransfer bulk) {
        genesis.data().shards().stream()
                .map(Genesis.Shard::content)
                .filter(contents::has)
                .forEach(bulk::serve);
    }

    TokenSource train() {
        return new Windows(genesis.trainWindows(), this, Streams::train);
    }

    TokenSource heldOut() {
        return new Windows(genesis.heldOutWindows(), this, Streams::heldOut);
    }

    /** Held-out windows that are measured, evenly spaced; known before the stream is here. */
    List<Long> evaluationWindows() {
        return MappedTokenSource.evenlySpaced(NodeFolders.EVALUATION_WINDOWS, genesis.heldOutWindows());
    }

    /** Puts the tokenizer beside a checkpoint, whose parameters mean nothing without it. */
    void exportTokenizer(Path folder) {
        streams.map(Streams::corpus)
                .filter(corpus -> TokenizerFile.isBpe(corpus.manifest().tokenizer()))
                .ifPresent(corpus -> TokenizerFile.copy(corpus.tokenizerFile(), folder));
    }

    /** Nats a token to bits a byte of the measured text; NaN while that is not here. */
    double bitsPerByte(double nats) {
        long tokens = (long) evaluationWindows().size() * genesis.model().sequence();
        return streams.map(here -> nats * tokens / (Math.log(2) * here.evaluationTextBytes()))
                .orElse(Double.NaN);
    }
}

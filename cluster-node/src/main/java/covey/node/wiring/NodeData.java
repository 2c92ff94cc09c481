package covey.node.wiring;

import covey.node.config.ConfigError;
import covey.node.config.NodeConfig;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.node.tokenizer.TokenizerFile;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.model.Genesis;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The run's token streams, made from the text on this machine (rules I1, F4).
 *
 * @param evaluation held-out windows that are measured
 * @param evaluationTextBytes bytes of text behind their targets
 */
record NodeData(
        PreparedCorpus corpus,
        MappedTokenSource train,
        MappedTokenSource heldOut,
        long[] evaluation,
        long evaluationTextBytes) {
    /** Refuses text that is not the run's, by one line. */
    static NodeData of(NodeConfig config, Genesis genesis, Crypto crypto) throws IOException {
        PreparedCorpus corpus = new CorpusCache(NodeFolders.corpusCache(), crypto)
                .prepare(Corpus.of(config.corpus()), vocabulary(genesis));
        requireRuns(corpus.manifest(), genesis.data());
        int sequence = genesis.model().sequence();
        MappedTokenSource train = corpus.train(sequence, crypto);
        MappedTokenSource heldOut = corpus.heldOut(sequence, crypto);
        long[] evaluation = heldOut.evaluationWindows(NodeFolders.EVALUATION_WINDOWS);
        long textBytes = heldOut.textBytes(evaluation, corpus.tokenizer(crypto));
        return new NodeData(corpus, train, heldOut, evaluation, textBytes);
    }

    static void requireRuns(Genesis.DataManifest here, Genesis.DataManifest wanted) {
        boolean isSameText =
                here.train().equals(wanted.train()) && here.heldOut().equals(wanted.heldOut());
        if (here.tokenizer().equals(wanted.tokenizer()) && isSameText) {
            return;
        }
        throw new ConfigError("corpus: " + here.source() + " by tokenizer " + here.tokenizer()
                + " (expected: the run's text, " + wanted.source() + " by tokenizer " + wanted.tokenizer()
                + "; name it with --corpus, or start with the same JDK)");
    }

    private static int vocabulary(Genesis genesis) {
        return genesis.data().tokenizer().equals(ByteTokenizer.NAME)
                ? ByteTokenizer.VOCABULARY
                : genesis.model().vocabulary();
    }

    /** Puts the tokenizer beside a checkpoint, whose parameters mean nothing without it. */
    void exportTokenizer(Path folder) {
        if (TokenizerFile.isBpe(corpus.manifest().tokenizer())) {
            TokenizerFile.copy(corpus.tokenizerFile(), folder);
        }
    }

    /** Nats a token to bits a byte of the measured text. */
    double bitsPerByte(double nats) {
        long tokens = (long) evaluation.length * heldOut.sequence();
        return nats * tokens / (Math.log(2) * evaluationTextBytes);
    }
}

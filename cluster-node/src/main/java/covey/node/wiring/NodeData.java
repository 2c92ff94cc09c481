package covey.node.wiring;

import covey.node.config.ConfigError;
import covey.node.config.NodeConfig;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.MappedTokenSource;
import covey.node.data.PreparedCorpus;
import covey.protocol.model.Genesis;
import covey.protocol.port.Crypto;
import java.io.IOException;

/**
 * The run's token streams, made from the text on this machine (rules I1, F4).
 *
 * @param evaluation held-out windows that are measured
 */
record NodeData(PreparedCorpus corpus, MappedTokenSource train, MappedTokenSource heldOut, long[] evaluation) {
    /** Refuses text that is not the run's, by one line. */
    static NodeData of(NodeConfig config, Genesis genesis, Crypto crypto) throws IOException {
        PreparedCorpus corpus = new CorpusCache(NodeFolders.corpusCache(), crypto).prepare(Corpus.of(config.corpus()));
        Genesis.DataManifest here = corpus.manifest();
        Genesis.DataManifest wanted = genesis.data();
        if (!here.train().equals(wanted.train()) || !here.heldOut().equals(wanted.heldOut())) {
            throw new ConfigError("corpus: " + here.source() + " (expected: the run's text, " + wanted.source()
                    + "; name it with --corpus, or start with the same JDK)");
        }
        int sequence = genesis.model().sequence();
        MappedTokenSource train = corpus.train(sequence, crypto);
        MappedTokenSource heldOut = corpus.heldOut(sequence, crypto);
        return new NodeData(corpus, train, heldOut, heldOut.evaluationWindows(NodeFolders.EVALUATION_WINDOWS));
    }

    /** Nats a token to bits a byte of the measured text. */
    double bitsPerByte(double nats) {
        long tokens = (long) evaluation.length * heldOut.sequence();
        return nats * tokens / (Math.log(2) * heldOut.textBytes(evaluation));
    }
}

package covey.node.data;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.wiring.Ed25519Crypto;
import covey.protocol.data.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkCorpusTest {
    @TempDir
    Path directory;

    /** The whole way with the default corpus: 29 MB of text. */
    @Test
    void shouldPrepareTheDefaultCorpusOnceAndMeasureTheBaseline() throws IOException {
        CorpusCache cache = new CorpusCache(directory, new Ed25519Crypto());

        PreparedCorpus corpus = cache.prepare(Corpus.ofJdk());

        MappedTokenSource train = corpus.train(128, new Ed25519Crypto());
        MappedTokenSource heldOut = corpus.heldOut(128, new Ed25519Crypto());
        assertThat(train.tokenCount())
                .isEqualTo(corpus.manifest().trainTokens())
                .isGreaterThan(20_000_000);
        double share = (double) heldOut.tokenCount() / (train.tokenCount() + heldOut.tokenCount());
        assertThat(share).isBetween(0.03, 0.10);
        double bits =
                ByteModelBaseline.bitsPerByte(train, heldOut, heldOut.evaluationWindows(256), ByteTokenizer.INSTANCE);
        assertThat(bits).isBetween(2.2, 2.6);
        assertThat(cache.prepare(Corpus.ofJdk())).isEqualTo(corpus);
    }
}

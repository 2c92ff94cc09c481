package covey.node.data;

import covey.node.tokenizer.TokenizerFile;
import covey.protocol.data.Tokenizer;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A corpus as token streams on the disk.
 *
 * @param manifest what genesis says of them
 * @param trainFile the train stream, content {@code manifest.train()}
 * @param trainLeaves hashes of its segments
 * @param heldOutFile the held-out stream, content {@code manifest.heldOut()}
 * @param heldOutLeaves hashes of its segments
 * @param tokenizerFile where a BPE tokenizer's tokenizer.json is
 */
public record PreparedCorpus(
        Genesis.DataManifest manifest,
        Path trainFile,
        List<Hash> trainLeaves,
        Path heldOutFile,
        List<Hash> heldOutLeaves,
        Path tokenizerFile) {
    /** The tokenizer of the streams; a new one each time. */
    public Tokenizer tokenizer(Crypto crypto) {
        return TokenizerFile.open(manifest.tokenizer(), tokenizerFile, crypto);
    }

    /** Hashes of what the streams were made of, and of the streams. */
    public Path manifestFile() {
        return trainFile.resolveSibling(ManifestJson.FILE);
    }

    /** Of windows of {@code sequence} tokens; reading it throws where the file is damaged. */
    public MappedTokenSource train(int sequence, Crypto crypto) throws IOException {
        return MappedTokenSource.open(trainFile, trainLeaves, sequence, crypto);
    }

    /** As {@link #train}. */
    public MappedTokenSource heldOut(int sequence, Crypto crypto) throws IOException {
        return MappedTokenSource.open(heldOutFile, heldOutLeaves, sequence, crypto);
    }
}

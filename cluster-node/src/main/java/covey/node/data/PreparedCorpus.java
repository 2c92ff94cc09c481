package covey.node.data;

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
 */
public record PreparedCorpus(
        Genesis.DataManifest manifest,
        Path trainFile,
        List<Hash> trainLeaves,
        Path heldOutFile,
        List<Hash> heldOutLeaves) {
    /** Of windows of {@code sequence} tokens; reading it throws where the file is damaged. */
    public MappedTokenSource train(int sequence, Crypto crypto) throws IOException {
        return MappedTokenSource.open(trainFile, trainLeaves, sequence, crypto);
    }

    /** As {@link #train}. */
    public MappedTokenSource heldOut(int sequence, Crypto crypto) throws IOException {
        return MappedTokenSource.open(heldOutFile, heldOutLeaves, sequence, crypto);
    }
}

package covey.node.data;

import java.io.IOException;
import java.util.List;

/** Text that is yet to become tokens. */
sealed interface TextCorpus extends Corpus permits ZipCorpus, FolderCorpus, SyntheticCorpus {
    /** All texts, ordered by path. */
    List<TextFile> read() throws IOException;
}

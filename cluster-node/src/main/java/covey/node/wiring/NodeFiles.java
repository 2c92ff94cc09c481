package covey.node.wiring;

import covey.node.data.PreparedCorpus;
import covey.node.store.DataDirectory;
import covey.node.store.FileContentStore;
import covey.node.store.FileJournal;
import covey.node.store.FileRecords;
import covey.protocol.port.Crypto;

/** What a node keeps on its disk, open. */
record NodeFiles(DataDirectory directory, FileContentStore contents, FileRecords records, FileJournal journal)
        implements AutoCloseable {
    /** The token streams become contents, so that peers with another text can fetch them (rule F4). */
    static NodeFiles open(DataDirectory directory, PreparedCorpus corpus, Crypto crypto) {
        FileContentStore contents = FileContentStore.open(directory.contents(), crypto);
        contents.adopt(corpus.manifest().train(), corpus.trainFile(), corpus.trainLeaves());
        contents.adopt(corpus.manifest().heldOut(), corpus.heldOutFile(), corpus.heldOutLeaves());
        return new NodeFiles(
                directory, contents, FileRecords.open(directory.records()), FileJournal.open(directory.journal()));
    }

    @Override
    public void close() {
        journal.close();
        directory.close();
    }
}

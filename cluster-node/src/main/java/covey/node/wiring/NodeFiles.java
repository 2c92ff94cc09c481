package covey.node.wiring;

import covey.node.store.DataDirectory;
import covey.node.store.FileContentStore;
import covey.node.store.FileJournal;
import covey.node.store.FileRecords;
import covey.protocol.port.Crypto;

/** What a node keeps on its disk, open. */
record NodeFiles(DataDirectory directory, FileContentStore contents, FileRecords records, FileJournal journal)
        implements AutoCloseable {
    static NodeFiles open(DataDirectory directory, Crypto crypto) {
        return new NodeFiles(
                directory,
                FileContentStore.open(directory.contents(), crypto),
                FileRecords.open(directory.records()),
                FileJournal.open(directory.journal()));
    }

    @Override
    public void close() {
        journal.close();
        directory.close();
    }
}

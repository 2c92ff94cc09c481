package covey.node.store;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.Journal;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A journal as one growing file, in the form of {@link JournalFile}. An incomplete last entry is what a crash leaves
 * and is cut off at the start; damage with entries behind it is refused.
 */
public final class FileJournal implements Journal {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path file;
    private final FileChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long lastSequence;

    private FileJournal(Path file, FileChannel out, long lastSequence) {
        this.file = file;
        this.out = out;
        this.lastSequence = lastSequence;
    }

    /** Opens, or creates, the file for appending. A damaged one is a {@link StoreFailure} that says where. */
    public static FileJournal open(Path file) {
        try {
            JournalFile.Scan scan = JournalFile.scan(file, entry -> {});
            if (scan.damage() != null && !scan.damage().torn()) {
                String text = "journal " + file + ": " + scan.damage();
                throw new StoreFailure(text, new IOException(text));
            }
            FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            out.truncate(scan.endOffset());
            out.position(scan.endOffset());
            out.force(true);
            DurableFiles.syncDirectoryOf(file);
            return new FileJournal(file, out, scan.lastSequence());
        } catch (IOException e) {
            throw new StoreFailure("journal " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public long append(Bytes entry) {
        if (entry.length() > Limits.JOURNAL_ENTRY_MAX_BYTES) {
            throw new IllegalArgumentException("journal entry: " + entry.length() + " bytes (expected: at most "
                    + Limits.JOURNAL_ENTRY_MAX_BYTES + ")");
        }
        try {
            byte[] head = JournalFile.head(lastSequence + 1, entry);
            write(head);
            write(entry.unsafeArray());
            return ++lastSequence;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void write(byte[] bytes) throws IOException {
        if (bytes.length > buffer.remaining()) {
            flush();
        }
        if (bytes.length > buffer.capacity()) {
            DurableFiles.writeAll(out, ByteBuffer.wrap(bytes));
        } else {
            buffer.put(bytes);
        }
    }

    private void flush() throws IOException {
        DurableFiles.writeAll(out, buffer.flip());
        buffer.clear();
    }

    @Override
    public void sync() {
        try {
            flush();
            out.force(false);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Sequence number of the last entry appended, 0 if there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Makes all entries durable and ends. */
    @Override
    public void close() {
        if (!out.isOpen()) {
            return;
        }
        try (out) {
            sync();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private StoreFailure failure(IOException e) {
        return new StoreFailure("journal " + file + ": " + e.getMessage(), e);
    }
}

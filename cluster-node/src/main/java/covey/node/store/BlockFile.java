package covey.node.store;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.port.BlockStore;
import covey.protocol.port.StoreFailure;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Certified blocks as one growing file, in the form of {@link JournalFile} with the height as sequence number, and
 * zeros behind the last entry: space is allocated ahead, so that a full disk shows while there is still room for the
 * block at hand (rule C6). An incomplete last entry is what a crash leaves and is cut off at the start; damage with
 * entries behind it is refused. Offsets are in memory, 8 bytes a block. Snapshots are files in a {@link
 * SnapshotFolder} beside it.
 */
public final class BlockFile implements BlockStore {
    private static final int AHEAD_BYTES = 4 << 20;

    private final Path file;
    private final PlainFile out;
    private final PlainFile in;
    private final SnapshotFolder snapshots;
    /** Height that the blocks begin after. */
    private long start;

    private long[] offsets = new long[1024];
    private int count;
    private long endOffset;
    private boolean failed;

    private BlockFile(Path file, PlainFile out, PlainFile in, SnapshotFolder snapshots) throws IOException {
        this.file = file;
        this.out = out;
        this.in = in;
        this.snapshots = snapshots;
        this.start = snapshots.start();
    }

    /** Opens, or creates, the file. A damaged one is a {@link StoreFailure} that says where. */
    public static BlockFile open(Path file) {
        try {
            PlainFile out = PlainFile.openToWrite(file);
            DurableFiles.syncDirectoryOf(file);
            BlockFile blocks = new BlockFile(file, out, PlainFile.openToRead(file), new SnapshotFolder(file));
            blocks.recover();
            return blocks;
        } catch (IOException e) {
            throw new StoreFailure("blocks " + file + ": " + e.getMessage(), e);
        }
    }

    private void recover() throws IOException {
        JournalFile.Scan scan = scan(file, start, entry -> index(entry.offset()));
        if (scan.damage() != null && !scan.damage().torn()) {
            close();
            throw new IOException(scan.damage().toString());
        }
        if (count == 0 && JournalFile.beginsElsewhere(file, start + 1)) {
            close();
            throw new IOException("begins after a snapshot that is missing (expected: in " + file + "-snapshots)");
        }
        endOffset = scan.endOffset();
        out.truncate(endOffset);
        out.allocate(endOffset, AHEAD_BYTES);
        out.sync();
    }

    /** Hands over the good entries of a file of blocks in order of height, up to the first damage. */
    public static JournalFile.Scan scan(Path file, Consumer<JournalFile.Entry> reader) throws IOException {
        return scan(file, new SnapshotFolder(file).start(), reader);
    }

    private static JournalFile.Scan scan(Path file, long start, Consumer<JournalFile.Entry> reader) throws IOException {
        return JournalFile.scan(file, start + 1, reader);
    }

    private synchronized void index(long offset) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        offsets[count++] = offset;
    }

    @Override
    public void append(CertifiedBlock block) {
        long height = lastHeight() + 1;
        if (block.block().height() != height) {
            throw new IllegalArgumentException(
                    "block height: " + block.block().height() + " (expected: " + height + ")");
        }
        if (failed) {
            throw failure(new IOException("an append failed before"));
        }
        Bytes content = Bytes.wrap(BlockCodec.encode(block));
        try {
            out.write(endOffset, JournalFile.head(height, content));
            out.write(endOffset + JournalFile.HEAD_BYTES, content.unsafeArray());
            out.sync();
        } catch (IOException e) {
            failed = true;
            throw failure(e);
        }
        index(endOffset);
        endOffset += JournalFile.HEAD_BYTES + content.length();
        allocateAhead();
    }

    private void allocateAhead() {
        try {
            if (out.length() - endOffset < AHEAD_BYTES / 2) {
                out.allocate(out.length(), AHEAD_BYTES);
                out.sync();
            }
        } catch (IOException e) {
            failed = true;
            throw failure(e);
        }
    }

    @Override
    public synchronized long lastHeight() {
        return start + count;
    }

    @Override
    public Optional<CertifiedBlock> read(long height) {
        long offset = offset(height);
        if (offset < 0) {
            return Optional.empty();
        }
        try {
            byte[] head = in.read(offset, JournalFile.HEAD_BYTES);
            byte[] content = in.read(offset + JournalFile.HEAD_BYTES, new ByteReader(head).i32());
            if (!Arrays.equals(head, JournalFile.head(height, Bytes.wrap(content)))) {
                throw new IOException("height " + height + ": altered bytes (CRC32C differs)");
            }
            return Optional.of(BlockCodec.decodeCertified(content));
        } catch (IOException e) {
            throw failure(e);
        } catch (Malformed e) {
            throw failure(new IOException("height " + height + ": " + e.rule()));
        }
    }

    private synchronized long offset(long height) {
        return height <= start || height > start + count ? -1 : offsets[(int) (height - start) - 1];
    }

    @Override
    public void keep(long height, Bytes snapshot) {
        try {
            if (isEmpty() && height > 0) {
                snapshots.keepStart(height, snapshot);
                begin(height);
            } else {
                snapshots.keep(height, snapshot);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Whether it has neither a block nor a snapshot that blocks begin after. */
    public synchronized boolean isEmpty() {
        return start + count == 0;
    }

    /** Height of the snapshot that the blocks begin after; 0 if they begin with the run. */
    public synchronized long startHeight() {
        return start;
    }

    private synchronized void begin(long height) {
        start = height;
    }

    @Override
    public Optional<Bytes> snapshot(long maxHeight) {
        try {
            return snapshots.newest(maxHeight);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        try (out) {
            in.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private StoreFailure failure(IOException e) {
        return new StoreFailure("blocks " + file + ": " + e.getMessage(), e);
    }
}

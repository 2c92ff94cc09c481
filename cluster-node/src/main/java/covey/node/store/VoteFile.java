package covey.node.store;

import covey.protocol.ballot.BallotCodec;
import covey.protocol.ballot.VoteRecord;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.StoreFailure;
import covey.protocol.port.VoteStore;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * An authority's votes as two slots of fixed size, allocated as a whole when the first vote is written (rule C6). Each
 * write goes to the slot that does not hold the newest record, so a crash leaves the one before whole: it was the last
 * that could be said. A slot is an entry in the form of {@link JournalFile}; an empty one says that nothing was voted
 * yet, which only {@link #create} writes. No slot that can be read is damage; only an absent file is a missing one.
 */
public final class VoteFile implements VoteStore {
    private static final long FRESH = 1;
    private static final int SLOT_BYTES = JournalFile.HEAD_BYTES + Limits.BALLOT_MESSAGE_MAX_BYTES;

    private final Path file;
    private Optional<PlainFile> slots = Optional.empty();
    private Lookup found = new Missing();
    private long sequence;

    private VoteFile(Path file) {
        this.file = file;
    }

    /** Makes the file for an authority's first start (rule C5); fails if there is one. */
    public static void create(Path file) {
        VoteFile votes = new VoteFile(file);
        try {
            if (Files.exists(file)) {
                throw new IOException("exists already (expected: an authority that never voted)");
            }
            votes.writeSlot(FRESH, JournalFile.head(FRESH, Bytes.EMPTY));
        } catch (IOException e) {
            throw votes.failure(e);
        } finally {
            votes.close();
        }
    }

    /** Opens the file if there is one. */
    public static VoteFile open(Path file) {
        VoteFile votes = new VoteFile(file);
        try {
            if (Files.exists(file)) {
                votes.recover(PlainFile.openToWrite(file));
            }
            return votes;
        } catch (IOException e) {
            throw votes.failure(e);
        }
    }

    private void recover(PlainFile opened) throws IOException {
        slots = Optional.of(opened);
        found = new Damaged("votes " + file + ": no slot can be read (expected: one at least)");
        for (int slot = 0; slot < 2; slot++) {
            readSlot(opened, slot);
        }
    }

    /** Keeps the record of the slot if it is whole and newer than what was found so far. */
    private void readSlot(PlainFile opened, int slot) throws IOException {
        if (opened.length() < (slot + 1L) * SLOT_BYTES) {
            return;
        }
        byte[] bytes = opened.read((long) slot * SLOT_BYTES, SLOT_BYTES);
        try {
            ByteReader in = new ByteReader(bytes);
            int length = in.count(Limits.BALLOT_MESSAGE_MAX_BYTES);
            long number = in.i64();
            byte[] content = Arrays.copyOfRange(bytes, JournalFile.HEAD_BYTES, JournalFile.HEAD_BYTES + length);
            byte[] head = JournalFile.head(number, Bytes.wrap(content));
            if (Arrays.equals(bytes, 0, head.length, head, 0, head.length) && number > sequence) {
                found = length == 0 ? new Fresh() : new Found(BallotCodec.decodeVote(content));
                sequence = number;
            }
        } catch (Malformed torn) {
            return;
        }
    }

    @Override
    public Lookup read() {
        return found;
    }

    @Override
    public void write(VoteRecord vote) {
        if (found instanceof Damaged damaged) {
            throw failure(new IOException(damaged.reason()));
        }
        Bytes content = Bytes.wrap(BallotCodec.encode(vote));
        long next = sequence + 1;
        byte[] entry = new ByteWriter(JournalFile.HEAD_BYTES + content.length())
                .raw(JournalFile.head(next, content))
                .raw(content)
                .toByteArray();
        try {
            writeSlot(next, entry);
        } catch (IOException e) {
            found = new Damaged("votes " + file + ": a write failed");
            throw failure(e);
        }
        sequence = next;
        found = new Found(vote);
    }

    private void writeSlot(long number, byte[] entry) throws IOException {
        long slot = number % 2;
        if (slots.isEmpty()) {
            DurableFiles.replace(file, out -> {
                DurableFiles.writeAll(out, ByteBuffer.allocate(2 * SLOT_BYTES));
                out.position(slot * SLOT_BYTES);
                DurableFiles.writeAll(out, ByteBuffer.wrap(entry));
            });
            slots = Optional.of(PlainFile.openToWrite(file));
            return;
        }
        slots.get().write(slot * SLOT_BYTES, entry);
        slots.get().sync();
    }

    @Override
    public void close() {
        try {
            if (slots.isPresent()) {
                slots.get().close();
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private StoreFailure failure(IOException e) {
        return new StoreFailure("votes " + file + ": " + e.getMessage(), e);
    }
}

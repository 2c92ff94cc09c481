package covey.protocol.port;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Contents by id. Whatever it returns as present was verified against its id and is durable. Thread-safe. Methods
 * touch the disk and may block for milliseconds; they throw {@link StoreFailure}.
 */
public interface ContentStore {
    /** Stores bytes durably and returns their id. */
    ContentId put(MemorySegment content);

    boolean has(ContentId id);

    /** A read-only view, valid as long as the store is open; empty if the content is absent or incomplete. */
    Optional<MemorySegment> read(ContentId id);

    /** Hashes of the content's segments, for a fetcher to check against the id. Empty if absent. */
    Optional<List<Hash>> leaves(ContentId id);

    /**
     * Forgets a content that is no longer kept (rule D11), also a partial one that is not open. Views given out stay
     * readable.
     */
    void delete(ContentId id);

    /** Opens, or resumes, the partial content of a fetch whose leaves were checked against the id. */
    Partial partial(ContentId id, long lengthBytes, List<Hash> leaves);

    /** A content in the making. Verified segments survive a restart. Used by one thread. */
    interface Partial extends AutoCloseable {
        /** Whether the segment was verified and written, now or before a restart. */
        boolean hasSegment(int index);

        /** Writes one verified segment. */
        void writeSegment(int index, byte[] bytes);

        /** Makes the complete content durable and readable; false if segments are missing. */
        boolean complete();

        @Override
        void close();
    }
}

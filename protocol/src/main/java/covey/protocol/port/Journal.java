package covey.protocol.port;

import covey.protocol.model.Bytes;

/** The append-only record of one node's inputs (rule E1). Used by one thread. Methods throw {@link StoreFailure}. */
public interface Journal extends AutoCloseable {
    /** Appends an entry and returns its sequence number, from 1. Not yet durable. */
    long append(Bytes entry);

    /** Makes all appended entries durable. */
    void sync();

    @Override
    void close();
}

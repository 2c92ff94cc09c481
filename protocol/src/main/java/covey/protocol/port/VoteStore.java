package covey.protocol.port;

import covey.protocol.ballot.VoteRecord;

/** What an authority must never forget (rules C3, C5). Used by one thread. Methods throw {@link StoreFailure}. */
public interface VoteStore extends AutoCloseable {
    /** The last record written. */
    Lookup read();

    /** Replaces the record; durable on return. */
    void write(VoteRecord vote);

    @Override
    void close();

    /** What the store holds. */
    sealed interface Lookup {}

    /** No store was ever made here, or it is lost; which of the two, nobody can tell. */
    record Missing() implements Lookup {}

    /** Made for a first start, and no vote was written since. */
    record Fresh() implements Lookup {}

    /** Records were altered, or cut beyond an incomplete last one. The store takes no more. */
    record Damaged(String reason) implements Lookup {}

    record Found(VoteRecord vote) implements Lookup {}
}

package covey.actors.ledger;

import covey.protocol.ballot.VoteRecord;
import covey.protocol.port.VoteStore;

/** Votes in memory, that survive an authority as a file would. */
final class MemoryVotes implements VoteStore {
    private volatile Lookup found = new Fresh();

    @Override
    public Lookup read() {
        return found;
    }

    @Override
    public void write(VoteRecord vote) {
        found = new Found(vote);
    }

    void lose() {
        found = new Missing();
    }

    @Override
    public void close() {}
}

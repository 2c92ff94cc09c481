package covey.chaos.hostile;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import java.util.List;

/** Fetches like anybody, and serves nothing. */
record MuteTransfer(BulkTransfer honest) implements BulkTransfer {
    @Override
    public void serve(ContentId id) {}

    @Override
    public Offer offerFor(Hotkey fetcher) {
        return honest.offerFor(fetcher);
    }

    @Override
    public void learn(Hotkey holder, Offer offer) {
        honest.learn(holder, offer);
    }

    @Override
    public void forget(Hotkey peer) {
        honest.forget(peer);
    }

    @Override
    public void withdraw(ContentId id) {
        honest.withdraw(id);
    }

    @Override
    public void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener) {
        honest.fetch(id, lengthBytes, holders, listener);
    }

    @Override
    public void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener) {
        honest.probe(id, lengthBytes, segment, holder, listener);
    }

    @Override
    public void cancel(ContentId id) {
        honest.cancel(id);
    }

    @Override
    public Counters counters() {
        return honest.counters();
    }

    @Override
    public void close() {
        honest.close();
    }
}

package covey.actors.transfer;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Remembers what it is told. */
final class RecordingTransfer implements BulkTransfer {
    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    record Asked(ContentId content, List<Hotkey> holders, FetchListener listener) {}

    @Override
    public Offer offerFor(Hotkey fetcher) {
        throw new UnsupportedOperationException("offer: not asked for");
    }

    @Override
    public void learn(Hotkey holder, Offer offer) {}

    @Override
    public void forget(Hotkey peer) {}

    @Override
    public void serve(ContentId id) {
        told.add("serve");
    }

    @Override
    public void withdraw(ContentId id) {
        told.add("withdraw");
    }

    @Override
    public void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener) {
        asked.add(new Asked(id, List.copyOf(holders), listener));
    }

    @Override
    public void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener) {
        throw new UnsupportedOperationException("probe: not asked for");
    }

    @Override
    public void cancel(ContentId id) {
        told.add("cancel");
    }

    @Override
    public Counters counters() {
        return new Counters(0, 0, 0, 0, 0);
    }

    @Override
    public void close() {}
}

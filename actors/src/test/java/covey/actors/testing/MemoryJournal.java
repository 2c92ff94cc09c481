package covey.actors.testing;

import covey.protocol.model.Bytes;
import covey.protocol.port.Journal;
import java.util.ArrayList;
import java.util.List;

/** A journal that outlives a node, and knows what would have survived a crash. */
public final class MemoryJournal implements Journal {
    private final List<Bytes> entries = new ArrayList<>();
    private int durable;

    @Override
    public synchronized long append(Bytes entry) {
        entries.add(entry);
        return entries.size();
    }

    @Override
    public synchronized void sync() {
        durable = entries.size();
    }

    public synchronized List<Bytes> durable() {
        return List.copyOf(entries.subList(0, durable));
    }

    @Override
    public void close() {}
}

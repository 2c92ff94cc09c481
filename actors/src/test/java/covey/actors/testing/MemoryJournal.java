package covey.actors.testing;

import covey.protocol.model.Bytes;
import covey.protocol.port.Journal;
import covey.protocol.port.StoreFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A journal that outlives a node, and knows what would have survived a crash. */
public final class MemoryJournal implements Journal {
    private final List<Bytes> entries = new ArrayList<>();
    private int durable;
    private Predicate<Bytes> breaking = entry -> false;

    /** Such an entry never becomes durable, nor does any after it. */
    public synchronized void breakAt(Predicate<Bytes> entry) {
        breaking = entry;
    }

    @Override
    public synchronized long append(Bytes entry) {
        entries.add(entry);
        return entries.size();
    }

    @Override
    public synchronized void sync() {
        if (entries.subList(durable, entries.size()).stream().anyMatch(breaking)) {
            throw new StoreFailure("journal: disk full", new IOException("no space"));
        }
        durable = entries.size();
    }

    public synchronized List<Bytes> durable() {
        return List.copyOf(entries.subList(0, durable));
    }

    @Override
    public void close() {}
}

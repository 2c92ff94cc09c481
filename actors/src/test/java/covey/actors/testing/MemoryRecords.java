package covey.actors.testing;

import covey.protocol.port.Records;
import covey.protocol.port.Sections;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Records that outlive a node, as files do. */
public final class MemoryRecords implements Records {
    private final ConcurrentSkipListMap<String, Map<String, byte[]>> records = new ConcurrentSkipListMap<>();

    @Override
    public void write(String name, Consumer<Sections.Writer> body) {
        Map<String, byte[]> sections = new TreeMap<>();
        body.accept((section, bytes) -> sections.put(section, bytes.toArray(ValueLayout.JAVA_BYTE)));
        records.put(name, sections);
    }

    @Override
    public Lookup read(String name) {
        Map<String, byte[]> sections = records.get(name);
        return sections == null ? new Absent() : new Found(new InMemory(sections));
    }

    private record InMemory(Map<String, byte[]> sections) implements Opened {
        @Override
        public boolean has(String name) {
            return sections.containsKey(name);
        }

        @Override
        public MemorySegment section(String name) {
            return MemorySegment.ofArray(Objects.requireNonNull(sections.get(name)));
        }

        @Override
        public void close() {}
    }

    @Override
    public void delete(String name) {
        records.remove(name);
    }

    @Override
    public List<String> names() {
        return List.copyOf(records.keySet());
    }
}

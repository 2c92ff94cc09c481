package covey.actors.weigh;

import covey.protocol.model.Hotkey;
import covey.protocol.port.Records;
import covey.protocol.score.Availability;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record "availability": what challenges said of each peer. For one thread. */
final class AvailabilityMemory {
    private static final String NAME = "availability";
    private static final String SECTION = "peers";
    private static final Logger LOG = LoggerFactory.getLogger(AvailabilityMemory.class);

    private final Records records;

    AvailabilityMemory(Records records) {
        this.records = records;
    }

    Availability read() {
        return switch (records.read(NAME)) {
            case Records.Absent() -> Availability.EMPTY;
            case Records.Damaged(String reason) -> unusable(reason);
            case Records.Found found -> {
                try (Records.Opened record = found.record()) {
                    yield decode(record.section(SECTION).toArray(ValueLayout.JAVA_BYTE));
                } catch (Malformed e) {
                    yield unusable(NAME + ": " + e.getMessage());
                }
            }
        };
    }

    private static Availability unusable(String reason) {
        LOG.warn("what is known of peers' availability is not used: {}", reason);
        return Availability.EMPTY;
    }

    /** Durable on return. */
    void write(Availability book) {
        ByteWriter out = new ByteWriter().i32(book.peers().size());
        book.peers()
                .forEach((peer, record) -> out.hash(peer.hash())
                        .i64(record.asked())
                        .i64(record.answered())
                        .i32(record.shareQ16()));
        byte[] bytes = out.toByteArray();
        records.write(NAME, sections -> sections.section(SECTION, MemorySegment.ofArray(bytes)));
    }

    private static Availability decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        SortedMap<Hotkey, Availability.Record> peers = new TreeMap<>();
        int count = in.i32();
        for (int i = 0; i < count; i++) {
            peers.put(new Hotkey(in.hash()), new Availability.Record(in.i64(), in.i64(), in.i32()));
        }
        in.end();
        return new Availability(peers);
    }
}

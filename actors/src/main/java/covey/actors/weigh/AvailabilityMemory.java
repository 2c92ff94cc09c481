package covey.actors.weigh;

import covey.actors.keep.SmallRecord;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Records;
import covey.protocol.score.Availability;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.SortedMap;
import java.util.TreeMap;

/** The record "availability": what challenges said of each peer. For one thread. */
final class AvailabilityMemory {
    private final SmallRecord record;

    AvailabilityMemory(Records records) {
        record = new SmallRecord(records, "availability");
    }

    Availability read() {
        return record.read(AvailabilityMemory::decode, Availability.EMPTY);
    }

    /** Durable on return. */
    void write(Availability book) {
        ByteWriter out = new ByteWriter().i32(book.peers().size());
        book.peers()
                .forEach((peer, known) -> out.hash(peer.hash())
                        .i64(known.asked())
                        .i64(known.answered())
                        .i32(known.shareQ16()));
        record.write(out.toByteArray());
    }

    private static Availability decode(ByteReader in) throws Malformed {
        SortedMap<Hotkey, Availability.Record> peers = new TreeMap<>();
        int count = in.i32();
        for (int i = 0; i < count; i++) {
            peers.put(new Hotkey(in.hash()), new Availability.Record(in.i64(), in.i64(), in.i32()));
        }
        return new Availability(peers);
    }
}

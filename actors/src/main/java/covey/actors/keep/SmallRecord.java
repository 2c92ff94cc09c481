package covey.actors.keep;

import covey.protocol.port.Records;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A record of one section: what a role remembers beside the engine's. A damaged one is as none. For one thread. */
public final class SmallRecord {
    private static final String SECTION = "bytes";
    private static final Logger LOG = LoggerFactory.getLogger(SmallRecord.class);

    private final Records records;
    private final String name;

    public SmallRecord(Records records, String name) {
        this.records = records;
        this.name = name;
    }

    /** Reads all of a record's bytes. */
    public interface Decoder<T> {
        T decode(ByteReader in) throws Malformed;
    }

    /** @param none what stands for no record */
    public <T> T read(Decoder<T> decoder, T none) {
        return switch (records.read(name)) {
            case Records.Absent() -> none;
            case Records.Damaged(String reason) -> unusable(reason, none);
            case Records.Found found -> {
                try (Records.Opened record = found.record()) {
                    ByteReader in = new ByteReader(record.section(SECTION).toArray(ValueLayout.JAVA_BYTE));
                    T value = decoder.decode(in);
                    in.end();
                    yield value;
                } catch (Malformed e) {
                    yield unusable(name + ": " + e.getMessage(), none);
                }
            }
        };
    }

    private static <T> T unusable(String reason, T none) {
        LOG.warn("a record is not used: {}", reason);
        return none;
    }

    /** Durable on return. */
    public void write(byte[] bytes) {
        records.write(name, out -> out.section(SECTION, MemorySegment.ofArray(bytes)));
    }
}

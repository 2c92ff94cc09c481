package covey.protocol.port;

import java.lang.foreign.MemorySegment;

/** Named byte sections of one atomic, durable record (rules E1, E3): engine state, settlement, commit record. */
public final class Sections {
    /** Takes sections; the record exists only after the shell has synced and renamed it. */
    public interface Writer {
        void section(String name, MemorySegment bytes);
    }

    /** Gives sections of a complete, checksummed record. */
    public interface Reader {
        boolean has(String name);

        /** Read-only view, valid while the reader's owner keeps the record open. */
        MemorySegment section(String name);
    }

    private Sections() {}
}

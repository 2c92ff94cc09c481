package covey.protocol.contribution;

import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Takes a contribution's bytes apart without copying the planes. Says nothing about whether to accept it. */
public final class ContributionReader {
    private final byte[] signed;
    private final ContributionFormat.Parsed parsed;
    private final MemorySegment planes;

    private ContributionReader(byte[] signed, ContributionFormat.Parsed parsed, MemorySegment planes) {
        this.signed = signed;
        this.parsed = parsed;
        this.planes = planes;
    }

    /** Reads the header of a content of any length. */
    public static ContributionReader read(MemorySegment content) throws Malformed {
        long size = content.byteSize();
        if (size < ContributionFormat.HEADER_BYTES) {
            throw new Malformed("contribution: " + size + " bytes (expected: at least its header)");
        }
        byte[] header = content.asSlice(0, ContributionFormat.HEADER_BYTES).toArray(ValueLayout.JAVA_BYTE);
        byte[] signed = Arrays.copyOf(header, ContributionFormat.SIGNED_BYTES);
        return new ContributionReader(
                signed, ContributionFormat.read(header), content.asSlice(ContributionFormat.HEADER_BYTES));
    }

    /** The planes of a contribution that {@link ContributionCheck} accepted. */
    public static Planes planesOf(MemorySegment content, Layout layout) {
        try {
            return read(content).planes(layout);
        } catch (Malformed e) {
            throw new IllegalStateException("contribution: not checked (" + e.rule() + ")", e);
        }
    }

    public ContributionHeader header() {
        return parsed.header();
    }

    public PlaneLengths lengths() {
        return parsed.lengths();
    }

    /** Whether the content ends where the header says. */
    boolean isComplete() {
        return parsed.lengths().total() == planes.byteSize();
    }

    /** Requires a complete content whose plane lengths fit the layout. */
    Planes planes(Layout layout) {
        return new Planes(layout, parsed.header().bits(), parsed.lengths(), planes);
    }

    boolean isSigned(Crypto crypto) {
        Hash digest = crypto.sha256().update(planes).finish();
        byte[] message = ContributionFormat.message(parsed.header().run(), signed, digest);
        return crypto.verify(parsed.header().hotkey(), message, parsed.signature());
    }
}

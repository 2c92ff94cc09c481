package covey.protocol.contribution;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A view of the encoded planes of one contribution (rule H4): scales | signs | magnitudes (2 bits only) | low bits |
 * unary, each byte-aligned, least significant bit first. Holds no copy; valid as long as the memory behind it, from
 * any thread that may read that.
 */
public final class Planes {
    /** Low bits of a Rice-coded gap. */
    static final int RICE_BITS = 5;

    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Layout layout;
    private final int bits;
    private final PlaneLengths lengths;
    private final MemorySegment bytes;
    private final long signsAt;
    private final long magnitudesAt;
    private final long lowAt;
    private final long unaryAt;

    /** @param bytes exactly the planes */
    Planes(Layout layout, int bits, PlaneLengths lengths, MemorySegment bytes) {
        if (!lengths.isNonNegative() || lengths.total() != bytes.byteSize()) {
            throw new IllegalArgumentException(
                    "planes: " + bytes.byteSize() + " bytes (expected: " + lengths.total() + ")");
        }
        if (!lengths.fit(layout.chunkCount(), bits)) {
            throw new IllegalArgumentException("planes: " + lengths + " (expected: two bytes of scales for each of "
                    + layout.chunkCount() + " chunks, magnitudes only with 2 bits)");
        }
        this.layout = layout;
        this.bits = bits;
        this.lengths = lengths;
        this.bytes = bytes;
        signsAt = lengths.scales();
        magnitudesAt = signsAt + lengths.signs();
        lowAt = magnitudesAt + lengths.magnitudes();
        unaryAt = lowAt + lengths.lowBits();
    }

    /**
     * Planes as {@link ReferenceCompressor#encode} returns them, without a header: their lengths follow from the
     * scales. For our own planes only.
     */
    public static Planes of(Layout layout, int bits, MemorySegment bytes) {
        long values = 0;
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            if (bytes.get(HALF, 2L * chunk) != 0) {
                values += layout.keptCount(chunk);
            }
        }
        PlaneLengths empty = PlaneLengths.of(layout.chunkCount(), bits, values, 0);
        int unary = Math.toIntExact(bytes.byteSize() - empty.total());
        return new Planes(layout, bits, PlaneLengths.of(layout.chunkCount(), bits, values, unary), bytes);
    }

    public PlaneLengths lengths() {
        return lengths;
    }

    public Layout layout() {
        return layout;
    }

    /** 1 or 2 bits a value. */
    public int bits() {
        return bits;
    }

    public MemorySegment bytes() {
        return bytes;
    }

    /** Reads from the first chunk. */
    public ChunkCursor cursor() {
        return new ChunkCursor(this, ChunkCursor.Position.START);
    }

    /** Goes on at a position that another cursor of equal planes had. */
    public ChunkCursor cursor(ChunkCursor.Position position) {
        return new ChunkCursor(this, position);
    }

    /** Takes the chunks of planes in order. */
    @FunctionalInterface
    public interface Visitor {
        /** @param chunk valid during the call only; chunks without values are shown too */
        void chunk(DecodedChunk chunk);
    }

    /** Shows each chunk to the visitor until one breaks a rule; empty if all planes are canonical. */
    public Optional<Rejection> visit(Visitor visitor) {
        DecodedChunk chunk = new DecodedChunk();
        ChunkCursor cursor = cursor();
        while (cursor.hasNext()) {
            @Nullable Rejection rejection = cursor.next(chunk);
            if (rejection != null) {
                return Optional.of(rejection);
            }
            visitor.chunk(chunk);
        }
        return Optional.ofNullable(cursor.finish());
    }

    /** The rule of H4 that the planes break first, if they break one. */
    public Optional<Rejection> check() {
        return visit(chunk -> {});
    }

    int scalePattern(int chunk) {
        return bytes.get(HALF, 2L * chunk) & 0xFFFF;
    }

    /** The signed level of a value (rule H3). */
    int level(long value) {
        int level = bits == 2 ? 2 + bit(magnitudesAt, value) : 1;
        return bit(signsAt, value) == 0 ? level : -level;
    }

    int low(long value) {
        long bit = RICE_BITS * value;
        long at = lowAt + (bit >>> 3);
        int shift = (int) (bit & 7);
        int word = octet(at);
        if (shift > 8 - RICE_BITS) {
            word |= octet(at + 1) << 8;
        }
        return word >>> shift & (1 << RICE_BITS) - 1;
    }

    int unaryBit(long bit) {
        return bit(unaryAt, bit);
    }

    /** Values that the planes have room for; a cursor checks it before it reads any. */
    long valueCapacity() {
        long bySigns = 8L * lengths.signs();
        long byLow = 8L * lengths.lowBits() / RICE_BITS;
        long both = Math.min(bySigns, byLow);
        return bits == 2 ? Math.min(both, 8L * lengths.magnitudes()) : both;
    }

    long unaryCapacity() {
        return 8L * lengths.unary();
    }

    /** Whether all bits of a plane from {@code used} on are zero; at most 7 are. */
    boolean isFillZero(long used, Plane plane) {
        for (long bit = used; (bit & 7) != 0; bit++) {
            if (bit(start(plane), bit) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The planes of bits. */
    enum Plane {
        SIGNS,
        MAGNITUDES,
        LOW_BITS,
        UNARY
    }

    private long start(Plane plane) {
        return switch (plane) {
            case SIGNS -> signsAt;
            case MAGNITUDES -> magnitudesAt;
            case LOW_BITS -> lowAt;
            case UNARY -> unaryAt;
        };
    }

    private int bit(long planeAt, long bit) {
        return octet(planeAt + (bit >>> 3)) >>> (bit & 7) & 1;
    }

    private int octet(long at) {
        return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }
}

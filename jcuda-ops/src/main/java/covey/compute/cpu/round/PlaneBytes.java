package covey.compute.cpu.round;

import covey.protocol.contribution.PlaneLengths;
import covey.protocol.contribution.Planes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A copy of the planes of one contribution, read in words of 64 bits. Immutable. */
final class PlaneBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    /** A word may be read that begins before the end. */
    private static final int PADDING = 2 * Long.BYTES;

    private final byte[] bytes;
    private final PlaneLengths lengths;
    private final int bits;
    private final int signsAt;
    private final int magnitudesAt;
    private final int lowAt;
    private final int unaryAt;

    PlaneBytes(Planes planes) {
        lengths = planes.lengths();
        bits = planes.bits();
        int total = Math.toIntExact(lengths.total());
        bytes = new byte[Math.addExact(total, PADDING)];
        MemorySegment.copy(planes.bytes(), ValueLayout.JAVA_BYTE, 0, bytes, 0, total);
        signsAt = lengths.scales();
        magnitudesAt = signsAt + lengths.signs();
        lowAt = magnitudesAt + lengths.magnitudes();
        unaryAt = lowAt + lengths.lowBits();
    }

    PlaneLengths lengths() {
        return lengths;
    }

    /** 1 or 2 bits a value. */
    int bits() {
        return bits;
    }

    int scalePattern(int chunk) {
        return (short) SHORT.get(bytes, 2 * chunk) & 0xFFFF;
    }

    /** Signs of 64 values from {@code value} on, 1 = negative; the lowest bit is the first. */
    long signs(long value) {
        return word(signsAt, value);
    }

    /** Their magnitude bits; 0 in the 1-bit form. */
    long magnitudes(long value) {
        return bits == 1 ? 0 : word(magnitudesAt, value);
    }

    private long word(int planeAt, long bit) {
        int at = planeAt + (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        long high = bytes[at + Long.BYTES];
        return (long) LONG.get(bytes, at) >>> shift | high << 1 << 63 - shift;
    }

    /** Low bits of a value's gap. */
    int low(long value) {
        long bit = EncodedChunks.RICE_BITS * value;
        return (int) ((long) LONG.get(bytes, lowAt + (int) (bit >>> 3)) >>> (bit & 7))
                & (1 << EncodedChunks.RICE_BITS) - 1;
    }

    /** The zeros, as ones, among the 64 unary bits from 64 · {@code word} on. */
    long unaryEnds(long word) {
        return ~(long) LONG.get(bytes, unaryAt + Long.BYTES * (int) word);
    }

    /** The unary bit after the {@code count}-th zero from bit {@code from} on. */
    long afterEnds(long from, int count) {
        if (count == 0) {
            return from;
        }
        long word = from >>> 6;
        long ends = unaryEnds(word) & -1L << from;
        int left = count;
        for (int here = Long.bitCount(ends); here < left; here = Long.bitCount(ends)) {
            left -= here;
            ends = unaryEnds(++word);
        }
        return (word << 6) + Long.numberOfTrailingZeros(Long.expand(1L << left - 1, ends)) + 1;
    }
}

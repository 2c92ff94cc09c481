package covey.protocol.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** A SHA-256 value: 32 bytes held as four big-endian longs. Ordered as unsigned bytes. */
public record Hash(long a, long b, long c, long d) implements Comparable<Hash> {
    public static final int BYTES = 32;
    public static final Hash ZERO = new Hash(0, 0, 0, 0);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Reads exactly 32 bytes. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("hash: " + bytes.length + " bytes (expected: 32)");
        }
        return new Hash(longAt(bytes, 0), longAt(bytes, 8), longAt(bytes, 16), longAt(bytes, 24));
    }

    /** Parses 64 hexadecimal digits. */
    public static Hash parse(String hex) {
        if (hex.length() != 2 * BYTES) {
            throw new IllegalArgumentException("hash: '" + hex + "' (expected: 64 hexadecimal digits)");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    private static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public byte[] bytes() {
        byte[] out = new byte[BYTES];
        write(out, 0);
        return out;
    }

    /** Puts its 32 bytes at {@code at} and after. */
    public void write(byte[] into, int at) {
        LONG.set(into, at, a);
        LONG.set(into, at + 8, b);
        LONG.set(into, at + 16, c);
        LONG.set(into, at + 24, d);
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** The first 8 hexadecimal digits, for people. */
    public String brief() {
        return hex().substring(0, 8);
    }

    @Override
    public int compareTo(Hash other) {
        int byA = Long.compareUnsigned(a, other.a);
        if (byA != 0) {
            return byA;
        }
        int byB = Long.compareUnsigned(b, other.b);
        if (byB != 0) {
            return byB;
        }
        int byC = Long.compareUnsigned(c, other.c);
        return byC != 0 ? byC : Long.compareUnsigned(d, other.d);
    }

    @Override
    public String toString() {
        return hex();
    }
}

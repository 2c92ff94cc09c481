package covey.protocol.contribution;

import java.util.Arrays;

/** A growing plane of bits, least significant bit first; the fill of its last byte is zero. */
final class BitWriter {
    private byte[] buffer = new byte[1024];
    private long bits;

    /** Appends the low {@code count} bits of {@code value}, at most 8. */
    void write(int value, int count) {
        int at = (int) (bits >>> 3);
        if (at + 1 >= buffer.length) {
            grow(at + 2L);
        }
        int shifted = (value & (1 << count) - 1) << (bits & 7);
        buffer[at] |= (byte) shifted;
        buffer[at + 1] |= (byte) (shifted >>> 8);
        bits += count;
    }

    /** Appends {@code ones} ones and a zero. */
    void writeUnary(int ones) {
        int left = ones;
        for (; left >= 8; left -= 8) {
            write(0xFF, 8);
        }
        write((1 << left) - 1, left + 1);
    }

    int byteCount() {
        return (int) ((bits + 7) >>> 3);
    }

    void copyTo(byte[] target, int at) {
        System.arraycopy(buffer, 0, target, at, byteCount());
    }

    private void grow(long needed) {
        long wanted = Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, buffer.length * 2L));
        buffer = Arrays.copyOf(buffer, (int) wanted);
    }
}

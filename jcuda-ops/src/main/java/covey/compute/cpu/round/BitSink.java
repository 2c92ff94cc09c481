package covey.compute.cpu.round;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Appends bits to a plane, least significant bit first. Used by one thread. */
final class BitSink {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] target;
    private int at;
    private long pending;
    private int filled;

    BitSink(byte[] target, int at) {
        this.target = target;
        this.at = at;
    }

    /**
     * @param bits none set above {@code count}
     * @param count 1 to 64
     */
    void put(long bits, int count) {
        pending |= bits << filled;
        int total = filled + count;
        if (total >= Long.SIZE) {
            LONG.set(target, at, pending);
            at += Long.BYTES;
            pending = bits >>> 1 >>> 63 - filled;
            total -= Long.SIZE;
        }
        filled = total;
    }

    /** Writes what is left, with zero fill in the last byte. */
    void finish() {
        for (; filled > 0; filled -= Byte.SIZE, pending >>>= Byte.SIZE) {
            target[at++] = (byte) pending;
        }
    }
}

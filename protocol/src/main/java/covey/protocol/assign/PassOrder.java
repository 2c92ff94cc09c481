package covey.protocol.assign;

import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;

/**
 * A keyed permutation of the windows {@code [0, windowCount)} for one pass, computed position by position without a
 * table (rule I2): a Feistel network over the next even power of two, walked until it falls into the range. The key
 * is SHA-256 over the domain, the run and the pass. The order is public; what a trainer gets of it is decided by the
 * beacon.
 */
final class PassOrder {
    private static final byte[] DOMAIN = "covey/1/pass-order".getBytes(StandardCharsets.US_ASCII);
    private static final int FEISTEL_ROUNDS = 8;

    private final long windowCount;
    private final int halfBits;
    private final long[] keys;

    PassOrder(RunId run, long pass, long windowCount, Crypto crypto) {
        if (windowCount < 1) {
            throw new IllegalArgumentException("windows: " + windowCount + " (expected: at least 1)");
        }
        this.windowCount = windowCount;
        int bits = 64 - Long.numberOfLeadingZeros(windowCount - 1);
        halfBits = Math.max(1, (bits + 1) / 2);
        keys = keys(run, pass, crypto);
    }

    private static long[] keys(RunId run, long pass, Crypto crypto) {
        long[] keys = new long[FEISTEL_ROUNDS];
        for (int i = 0; i < FEISTEL_ROUNDS; i += 4) {
            Hash hash = crypto.sha256(new ByteWriter()
                    .raw(DOMAIN)
                    .hash(run.hash())
                    .i64(pass)
                    .i32(i / 4)
                    .toByteArray());
            keys[i] = hash.a();
            keys[i + 1] = hash.b();
            keys[i + 2] = hash.c();
            keys[i + 3] = hash.d();
        }
        return keys;
    }

    /** The window at a position; both are in {@code [0, windowCount)}. */
    long window(long position) {
        long at = position;
        do {
            at = encipher(at);
        } while (at >= windowCount);
        return at;
    }

    private long encipher(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (long key : keys) {
            long next = left ^ mix(right + key) & mask;
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}

package covey.chaos.sim;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keeps no secret: hashes by mixing longs, signs by hashing key and message. Nobody here tries to forge, and SHA-256
 * would take most of a simulated run's time.
 */
final class SimCrypto implements Crypto {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public Digest sha256() {
        return new Mix();
    }

    @Override
    public boolean verify(Hotkey hotkey, byte[] message, Bytes signature) {
        return sign(hotkey, message).equals(signature);
    }

    static Signer signer(int index) {
        return new SimSigner(new Hotkey(new Hash(1 + index, 7, 7, 7)));
    }

    private static Bytes sign(Hotkey hotkey, byte[] message) {
        Hash hash = new Mix().update(hotkey.hash().bytes()).update(message).finish();
        return new ByteWriter(SIGNATURE_BYTES).hash(hash).hash(hash).toBytes();
    }

    private record SimSigner(Hotkey hotkey) implements Signer {
        @Override
        public Bytes sign(byte[] message) {
            return SimCrypto.sign(hotkey, message);
        }
    }

    private static final class Mix implements Digest {
        private long a = 1;
        private long b = 2;

        @Override
        public Digest update(byte[] bytes, int from, int length) {
            int at = from;
            for (int words = from + length / Long.BYTES * Long.BYTES; at < words; at += Long.BYTES) {
                add((long) WORD.get(bytes, at));
            }
            for (; at < from + length; at++) {
                add(bytes[at]);
            }
            b = mix(b ^ a) + length;
            return this;
        }

        @Override
        public Digest update(MemorySegment bytes) {
            long words = bytes.byteSize() / Long.BYTES * Long.BYTES;
            for (long at = 0; at < words; at += Long.BYTES) {
                add(bytes.get(LONG, at));
            }
            for (long at = words; at < bytes.byteSize(); at++) {
                add(bytes.get(ValueLayout.JAVA_BYTE, at));
            }
            b = mix(b ^ a) + bytes.byteSize();
            return this;
        }

        private void add(long value) {
            a = (a ^ value) * 0x9E3779B97F4A7C15L;
            a ^= a >>> 29;
        }

        @Override
        public Hash finish() {
            Hash hash = new Hash(mix(a), mix(b), mix(a ^ mix(b)), mix(a + b));
            a = 1;
            b = 2;
            return hash;
        }

        private static long mix(long z) {
            z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
            return z ^ z >>> 27;
        }
    }
}

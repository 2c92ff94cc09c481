package covey.protocol.ballot;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Keeps no secret: hashes by mixing longs, signs by hashing key and message. Fast, for thousands of seeded runs. */
final class MixCrypto implements Crypto {
    @Override
    public Digest sha256() {
        return new MixDigest();
    }

    @Override
    public boolean verify(Hotkey hotkey, byte[] message, Bytes signature) {
        return sign(hotkey, message).equals(signature);
    }

    static Signer signer(int index) {
        return new MixSigner(new Hotkey(new Hash(1 + index, 7, 7, 7)));
    }

    private static Bytes sign(Hotkey hotkey, byte[] message) {
        Hash hash =
                new MixDigest().update(hotkey.hash().bytes()).update(message).finish();
        return new ByteWriter(64).hash(hash).hash(hash).toBytes();
    }

    private record MixSigner(Hotkey hotkey) implements Signer {
        @Override
        public Bytes sign(byte[] message) {
            return MixCrypto.sign(hotkey, message);
        }
    }

    private static final class MixDigest implements Digest {
        private long a = 1;
        private long b = 2;

        @Override
        public Digest update(byte[] bytes, int from, int length) {
            for (int i = from; i < from + length; i++) {
                a = (a ^ bytes[i]) * 0x9E3779B97F4A7C15L;
                a ^= a >>> 29;
            }
            b = mix(b ^ a) + length;
            return this;
        }

        @Override
        public Digest update(MemorySegment bytes) {
            return update(bytes.toArray(ValueLayout.JAVA_BYTE));
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

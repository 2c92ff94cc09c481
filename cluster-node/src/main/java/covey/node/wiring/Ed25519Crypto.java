package covey.node.wiring;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.lang.foreign.MemorySegment;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * SHA-256 of the JDK, which uses the processor's instructions, and BouncyCastle's Ed25519, which verifies several times
 * faster than the JDK's. Thread-safe; a digest is used by one thread.
 */
public final class Ed25519Crypto implements Crypto {
    private static final long SLICE_BYTES = 1L << 30;

    @Override
    public Digest sha256() {
        return new JdkDigest(newSha256());
    }

    @Override
    public Hash sha256(byte[] bytes) {
        return Hash.of(newSha256().digest(bytes));
    }

    @Override
    public boolean verify(Hotkey hotkey, byte[] message, Bytes signature) {
        return signature.length() == SIGNATURE_BYTES
                && Ed25519.verify(signature.unsafeArray(), 0, hotkey.hash().bytes(), 0, message, 0, message.length);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record JdkDigest(MessageDigest sha256) implements Digest {
        @Override
        public Digest update(byte[] bytes, int from, int length) {
            sha256.update(bytes, from, length);
            return this;
        }

        @Override
        public Digest update(MemorySegment bytes) {
            for (long at = 0; at < bytes.byteSize(); at += SLICE_BYTES) {
                long length = Math.min(SLICE_BYTES, bytes.byteSize() - at);
                sha256.update(bytes.asSlice(at, length).asByteBuffer());
            }
            return this;
        }

        @Override
        public Hash finish() {
            byte[] out = new byte[Hash.BYTES];
            try {
                sha256.digest(out, 0, out.length);
            } catch (DigestException e) {
                throw new IllegalStateException(e);
            }
            return Hash.of(out);
        }
    }
}

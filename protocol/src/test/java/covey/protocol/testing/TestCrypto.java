package covey.protocol.testing;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Crypto by the JDK's own providers; an oracle for the product's. */
public final class TestCrypto implements Crypto {
    @Override
    public Digest sha256() {
        try {
            return new JdkDigest(MessageDigest.getInstance("SHA-256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private record JdkDigest(MessageDigest digest) implements Digest {
        @Override
        public Digest update(byte[] bytes, int from, int length) {
            digest.update(bytes, from, length);
            return this;
        }

        @Override
        public Digest update(MemorySegment bytes) {
            digest.update(bytes.asByteBuffer());
            return this;
        }

        @Override
        public Hash finish() {
            return Hash.of(digest.digest());
        }
    }

    @Override
    public boolean verify(Hotkey hotkey, byte[] message, Bytes signature) {
        try {
            byte[] little = hotkey.hash().bytes();
            byte[] big = new byte[32];
            for (int i = 0; i < 32; i++) {
                big[i] = little[31 - i];
            }
            boolean odd = (big[0] & 0x80) != 0;
            big[0] &= 0x7F;
            EdECPoint point = new EdECPoint(odd, new BigInteger(1, big));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
            verifier.update(message);
            return verifier.verify(signature.toArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A key made from the seed, the same each time. */
    public static Signer signer(long seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new SeededRandom(Seed.of(seed)));
            return new JdkSigner(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class SeededRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient Seed seed;

        SeededRandom(Seed seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            seed.nextBytes(bytes);
        }
    }

    private record JdkSigner(KeyPair pair) implements Signer {
        @Override
        public Hotkey hotkey() {
            EdECPoint point = ((EdECPublicKey) pair.getPublic()).getPoint();
            byte[] big = point.getY().toByteArray();
            byte[] little = new byte[32];
            for (int i = 0; i < big.length && i < 32; i++) {
                little[i] = big[big.length - 1 - i];
            }
            if (point.isXOdd()) {
                little[31] |= (byte) 0x80;
            }
            return new Hotkey(Hash.of(little));
        }

        @Override
        public Bytes sign(byte[] message) {
            try {
                Signature signer = Signature.getInstance("Ed25519");
                signer.initSign(pair.getPrivate());
                signer.update(message);
                return Bytes.wrap(signer.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String toString() {
            return "signer " + hotkey().brief();
        }
    }
}

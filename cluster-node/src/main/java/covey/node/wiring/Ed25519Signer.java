package covey.node.wiring;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Signs with a hotkey's seed, and shows the same key to TLS as the JDK knows it. Thread-safe. */
public final class Ed25519Signer implements Crypto.Signer {
    public static final int SEED_BYTES = 32;

    /** SubjectPublicKeyInfo of an Ed25519 key, up to the 32 bytes of the key (RFC 8410). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] seed;
    private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    private final Hotkey hotkey;

    private Ed25519Signer(byte[] seed) {
        this.seed = seed;
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        this.hotkey = new Hotkey(Hash.of(publicKey));
    }

    /** @param seed the 32 secret bytes of RFC 8032; copied */
    public static Ed25519Signer of(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("seed: " + seed.length + " bytes (expected: 32)");
        }
        return new Ed25519Signer(seed.clone());
    }

    @Override
    public Hotkey hotkey() {
        return hotkey;
    }

    @Override
    public Bytes sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return Bytes.wrap(signature);
    }

    /** A copy of the secret, for whoever makes the node's certificate. */
    public byte[] seed() {
        return seed.clone();
    }

    /** The secret as a JDK key, for TLS. */
    public PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed.clone()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A hotkey as a JDK key. Throws IllegalArgumentException if its bytes are no point of the curve. */
    public static PublicKey publicKey(Hotkey hotkey) {
        byte[] encoded = new byte[SPKI_PREFIX.length + Hash.BYTES];
        System.arraycopy(SPKI_PREFIX, 0, encoded, 0, SPKI_PREFIX.length);
        System.arraycopy(hotkey.hash().bytes(), 0, encoded, SPKI_PREFIX.length, Hash.BYTES);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("hotkey: " + hotkey + " (expected: an Ed25519 public key)", e);
        }
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "signer " + hotkey.brief();
    }
}

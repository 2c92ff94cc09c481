package covey.actors.remote;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A hotkey as TLS shows it: a self-signed Ed25519 certificate whose key is the hotkey. The same seed gives the same
 * certificate, byte for byte. Immutable; its {@code toString} shows the hotkey only.
 */
public final class TlsIdentity {
    /** The only protocol spoken, on every kind of connection. */
    public static final String PROTOCOL = "TLSv1.3";

    private static final int SEED_BYTES = 32;
    /** What stands before the seed in the PKCS #8 form of an Ed25519 key (RFC 8410). */
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final Date NOT_BEFORE = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
    private static final Date NOT_AFTER = Date.from(Instant.parse("2120-01-01T00:00:00Z"));

    private final Hotkey hotkey;
    private final PrivateKey key;
    private final X509Certificate certificate;

    private TlsIdentity(Hotkey hotkey, PrivateKey key, X509Certificate certificate) {
        this.hotkey = hotkey;
        this.key = key;
        this.certificate = certificate;
    }

    /** @param seed the 32 bytes of the Ed25519 private key (RFC 8032); not kept */
    public static TlsIdentity of(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("key seed: " + seed.length + " bytes (expected: 32)");
        }
        byte[] publicKey =
                new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8(seed)));
            Hotkey hotkey = new Hotkey(Hash.of(publicKey));
            return new TlsIdentity(hotkey, key, certify(hotkey, key));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Ed25519 certificate cannot be made", e);
        }
    }

    public Hotkey hotkey() {
        return hotkey;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Both sides show a certificate, and {@code trust} judges the other's. */
    public SSLContext mutual(HotkeyTrust trust) {
        return context(keyManagers(), new TrustManager[] {trust});
    }

    /** For a server of plain HTTPS (the door): shows the certificate and asks for none. */
    public SSLContext serverOnly() {
        return context(keyManagers(), new TrustManager[] {HotkeyTrust.nobody()});
    }

    /**
     * For a client of plain HTTPS that has no identity yet: takes any self-signed Ed25519 certificate (rule F1:
     * provisionally trusted). Whom it met says {@link HotkeyTrust#hotkeyOf(javax.net.ssl.SSLSession)}.
     */
    public static SSLContext provisionalClient() {
        return context(new KeyManager[0], new TrustManager[] {HotkeyTrust.anybody()});
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS 1.3 is missing", e);
        }
    }

    private KeyManager[] keyManagers() {
        try {
            // PKCS #12 would derive a key by 10,000 rounds, twice, to guard what never leaves this process.
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            store.setKeyEntry("hotkey", key, new char[0], new X509Certificate[] {certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("key store in memory cannot be made", e);
        }
    }

    private static byte[] pkcs8(byte[] seed) {
        byte[] out = new byte[PKCS8_PREFIX.length + SEED_BYTES];
        System.arraycopy(PKCS8_PREFIX, 0, out, 0, PKCS8_PREFIX.length);
        System.arraycopy(seed, 0, out, PKCS8_PREFIX.length, SEED_BYTES);
        return out;
    }

    private static X509Certificate certify(Hotkey hotkey, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=" + hotkey);
        SubjectPublicKeyInfo info = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
                hotkey.hash().bytes());
        var builder = new X509v3CertificateBuilder(name, BigInteger.ONE, NOT_BEFORE, NOT_AFTER, name, info);
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("Ed25519").build(key)));
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + hotkey.brief() + "]";
    }
}

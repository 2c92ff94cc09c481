package covey.actors.remote;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges a certificate by its key alone: one certificate, Ed25519, signed by itself, and the hotkey admitted. Names,
 * dates and extensions mean nothing. Called on threads of the handshake; predicate and callback must be quick and
 * thread-safe.
 */
public final class HotkeyTrust extends X509ExtendedTrustManager {
    /** What stands before the key in an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Predicate<Hotkey> admitted;
    private final Consumer<Hotkey> refused;

    /** @param refused told of each hotkey that showed a sound certificate and was not admitted */
    public HotkeyTrust(Predicate<Hotkey> admitted, Consumer<Hotkey> refused) {
        this.admitted = admitted;
        this.refused = refused;
    }

    static HotkeyTrust anybody() {
        return new HotkeyTrust(key -> true, key -> {});
    }

    static HotkeyTrust nobody() {
        return new HotkeyTrust(key -> false, key -> {});
    }

    /** The hotkey that the certificate shows; refuses any that is not self-signed Ed25519. */
    public static Hotkey hotkeyOf(X509Certificate certificate) throws CertificateException {
        byte[] encoded = certificate.getPublicKey().getEncoded();
        int prefix = SPKI_PREFIX.length;
        if (encoded.length != prefix + Hash.BYTES || !Arrays.equals(encoded, 0, prefix, SPKI_PREFIX, 0, prefix)) {
            throw new CertificateException(
                    "key: " + certificate.getPublicKey().getAlgorithm() + " (expected: Ed25519)");
        }
        try {
            certificate.verify(certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificate: not signed by its own key (expected: self-signed)", e);
        }
        return new Hotkey(Hash.of(Arrays.copyOfRange(encoded, prefix, encoded.length)));
    }

    /** The hotkey at the other end; empty if it showed none. */
    public static Optional<Hotkey> hotkeyOf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 1 && chain[0] instanceof X509Certificate certificate
                    ? Optional.of(hotkeyOf(certificate))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return Optional.empty();
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length != 1) {
            throw new CertificateException("certificates: " + chain.length + " (expected: 1)");
        }
        Hotkey hotkey = hotkeyOf(chain[0]);
        if (!admitted.test(hotkey)) {
            refused.accept(hotkey);
            throw new CertificateException("hotkey: " + hotkey.brief() + " (expected: a registered one)");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

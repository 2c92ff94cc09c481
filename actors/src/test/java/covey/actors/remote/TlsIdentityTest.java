package covey.actors.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import covey.protocol.model.Hotkey;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class TlsIdentityTest {
    private static final TlsIdentity ALICE = identity(1);
    private static final TlsIdentity BOB = identity(2);

    static TlsIdentity identity(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return TlsIdentity.of(seed);
    }

    @Test
    void certificateKeyIsTheHotkeyOfRfc8032() throws Exception {
        TlsIdentity identity = TlsIdentity.of(
                HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        assertThat(identity.hotkey().toString())
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(HotkeyTrust.hotkeyOf(identity.certificate())).isEqualTo(identity.hotkey());
    }

    @Test
    void sameSeedGivesTheSameCertificate() throws Exception {
        assertThat(identity(1).certificate().getEncoded())
                .isEqualTo(ALICE.certificate().getEncoded());
    }

    @Test
    void shouldRefuseASeedOfAnotherLength() {
        assertThatThrownBy(() -> TlsIdentity.of(new byte[31])).hasMessage("key seed: 31 bytes (expected: 32)");
    }

    @Test
    void registeredHotkeysMeetWithTls13() throws Exception {
        List<Hotkey> refused = new ArrayList<>();
        SSLEngine[] ends = engines(provider(ALICE, key -> true, refused), provider(BOB, key -> true, refused));
        handshake(ends[0], ends[1]);
        assertThat(ends[0].getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(HotkeyTrust.hotkeyOf(ends[0].getSession())).contains(BOB.hotkey());
        assertThat(HotkeyTrust.hotkeyOf(ends[1].getSession())).contains(ALICE.hotkey());
        assertThat(refused).isEmpty();
    }

    @Test
    void serverShouldRefuseAnUnregisteredClient() {
        List<Hotkey> refused = new ArrayList<>();
        SSLEngine[] ends = engines(
                provider(ALICE, key -> true, refused), provider(BOB, key -> !key.equals(ALICE.hotkey()), refused));
        assertThatThrownBy(() -> handshake(ends[0], ends[1])).isInstanceOf(SSLException.class);
        assertThat(refused).containsExactly(ALICE.hotkey());
    }

    @Test
    void clientShouldRefuseAnUnregisteredServer() {
        List<Hotkey> refused = new ArrayList<>();
        SSLEngine[] ends = engines(
                provider(ALICE, key -> !key.equals(BOB.hotkey()), refused), provider(BOB, key -> true, refused));
        assertThatThrownBy(() -> handshake(ends[0], ends[1])).isInstanceOf(SSLException.class);
        assertThat(refused).containsExactly(BOB.hotkey());
    }

    @Test
    void serverShouldRefuseAClientWithoutACertificate() {
        HotkeyTlsProvider server = provider(BOB, key -> true, new ArrayList<>());
        SSLEngine client = TlsIdentity.provisionalClient().createSSLEngine();
        client.setUseClientMode(true);
        assertThatThrownBy(() -> handshake(client, server.createServerSSLEngine("localhost", 1)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void shouldRefuseACertificateThatAnotherKeySigned() throws Exception {
        KeyPair shown = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair signing = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        X509Certificate forged = certificate(shown, signing, "Ed25519");
        assertThatThrownBy(() -> HotkeyTrust.hotkeyOf(forged))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("self-signed");
    }

    @Test
    void shouldRefuseAKeyOfAnotherKind() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X509Certificate foreign = certificate(pair, pair, "SHA256withECDSA");
        assertThatThrownBy(() -> HotkeyTrust.hotkeyOf(foreign)).hasMessage("key: EC (expected: Ed25519)");
    }

    @Test
    void shouldRefuseAChainOfTwo() {
        X509Certificate[] chain = {ALICE.certificate(), BOB.certificate()};
        assertThatThrownBy(() -> HotkeyTrust.anybody().checkClientTrusted(chain, "UNKNOWN"))
                .hasMessage("certificates: 2 (expected: 1)");
    }

    @Test
    void doorNeedsNoClientCertificateAndShowsItsHotkey() throws Exception {
        HttpsServer door = door(ALICE.serverOnly());
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TlsIdentity.provisionalClient())
                .build()) {
            URI uri = URI.create("https://127.0.0.1:" + door.getAddress().getPort() + "/");
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("open");
            assertThat(response.sslSession().flatMap(HotkeyTrust::hotkeyOf)).contains(ALICE.hotkey());
        } finally {
            door.stop(0);
        }
    }

    @Test
    void logsEachRefusedHotkeyOnceAMinuteAndBoundsThemAll() {
        List<Hotkey> told = new ArrayList<>();
        Refusals refusals = new Refusals(told::add);
        refusals.accept(ALICE.hotkey());
        refusals.accept(ALICE.hotkey());
        assertThat(refusals.count()).isEqualTo(2);
        assertThat(told).hasSize(2);

        long now = System.nanoTime();
        assertThat(refusals.mayLog(ALICE.hotkey(), now)).isFalse();
        assertThat(refusals.mayLog(ALICE.hotkey(), now + 61_000_000_000L)).isTrue();
        for (int i = 3; i < 3 + 2 * Refusals.LINES_MAX_COUNT; i++) {
            refusals.mayLog(identity(i).hotkey(), now + 62_000_000_000L);
        }
        assertThat(refusals.mayLog(BOB.hotkey(), now + 63_000_000_000L)).isFalse();
    }

    private static HotkeyTlsProvider provider(TlsIdentity identity, Predicate<Hotkey> admitted, List<Hotkey> refused) {
        return new HotkeyTlsProvider(identity, admitted, new Refusals(refused::add));
    }

    private static SSLEngine[] engines(HotkeyTlsProvider client, HotkeyTlsProvider server) {
        return new SSLEngine[] {
            client.createClientSSLEngine("localhost", 1), server.createServerSSLEngine("localhost", 1)
        };
    }

    /** Carries bytes from one engine to the other until neither wants more. */
    private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < 100; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
            if (done(client) && done(server) && toServer.position() == 0 && toClient.position() == 0) {
                return;
            }
        }
        throw new SSLException("handshake does not end");
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer application = ByteBuffer.allocate(1 << 15);
        in.flip();
        if (in.hasRemaining()) {
            engine.unwrap(in, application);
        }
        in.compact();
        runTasks(engine);
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
            runTasks(engine);
        }
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private static X509Certificate certificate(KeyPair shown, KeyPair signing, String algorithm) throws Exception {
        X500Name name = new X500Name("CN=test");
        var builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, new Date(0), new Date(1L << 41), name, shown.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate())));
    }

    private static HttpsServer door(SSLContext context) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = "open".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}

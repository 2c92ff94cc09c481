package covey.actors.remote;

import covey.protocol.model.Hotkey;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import scala.Option;

/**
 * TLS 1.3 for Artery ({@code tls-tcp}) where both sides show a hotkey. Each ActorSystem gets one of its own by
 * {@link #setup}, so the cluster and the authorities' ledger can live in one JVM. Thread-safe.
 */
public final class HotkeyTlsProvider implements SSLEngineProvider {
    private final SSLContext context;

    public HotkeyTlsProvider(TlsIdentity identity, Predicate<Hotkey> admitted, Refusals refusals) {
        this.context = identity.mutual(new HotkeyTrust(admitted, refusals));
    }

    /**
     * What to hand to {@code ActorSystemSetup.create}.
     *
     * @param admitted asked at each handshake, on its thread; revocation acts at the next one only
     */
    public static Setup setup(TlsIdentity identity, Predicate<Hotkey> admitted, Refusals refusals) {
        return SSLEngineProviderSetup.create(system -> new HotkeyTlsProvider(identity, admitted, refusals));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(true);
        return engine;
    }

    private SSLEngine engine(String hostname, int port) {
        SSLEngine engine = context.createSSLEngine(hostname, port);
        engine.setEnabledProtocols(new String[] {TlsIdentity.PROTOCOL});
        return engine;
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return verify(session);
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return verify(session);
    }

    private static Option<Throwable> verify(SSLSession session) {
        return HotkeyTrust.hotkeyOf(session).isPresent()
                ? Option.empty()
                : Option.apply(new SecurityException("TLS peer: no hotkey (expected: an Ed25519 certificate)"));
    }
}

package covey.node.door;

import covey.actors.remote.HotkeyTrust;
import covey.actors.remote.TlsIdentity;
import covey.node.config.HostPort;
import covey.node.web.Replies;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks one door. Whoever answers is judged by the hotkey of the certificate before anything is sent. Methods block, for
 * some seconds at most, and throw IOException with one line for whatever the door or the way to it does wrong.
 * Thread-safe; holds no thread, and connections only for seconds.
 */
public final class DoorClient {
    static final int CONNECT_MS = 3_000;
    static final int READ_MS = 3_000;
    private static final long ANSWER_NS = 15_000_000_000L;
    private static final int LINE_MAX_BYTES = 1024;
    private static final int BUFFER_BYTES = 16 << 10;

    private final HostPort door;
    private final Predicate<Hotkey> admitted;
    private final SSLSocketFactory sockets = TlsIdentity.provisionalClient().getSocketFactory();
    private volatile @Nullable Hotkey seen;

    /** @param admitted hotkeys whose door this may be; all, while genesis is not known (rule F1) */
    public DoorClient(HostPort door, Predicate<Hotkey> admitted) {
        this.door = door;
        this.admitted = admitted;
    }

    public HostPort door() {
        return door;
    }

    /** The hotkey of the last certificate that was shown; empty before the first connection. */
    public Optional<Hotkey> hotkey() {
        return Optional.ofNullable(seen);
    }

    /** The bytes of genesis.json, unchecked. */
    public Bytes genesis() throws IOException {
        return Bytes.wrap(get("/genesis", Limits.GENESIS_MAX_BYTES));
    }

    public DoorList doors() throws IOException {
        try {
            return DoorList.decode(get("/doors", Limits.DOOR_LIST_MAX_BYTES));
        } catch (Malformed e) {
            throw wrong(e.rule());
        }
    }

    public long height() throws IOException {
        String text = new String(get("/height", LINE_MAX_BYTES), StandardCharsets.US_ASCII).strip();
        if (!text.matches("[0-9]{1,18}")) {
            throw wrong("height: (expected: a number)");
        }
        return Long.parseLong(text);
    }

    /** The newest snapshot of the ledger, unchecked. */
    public LedgerSnapshot snapshot() throws IOException {
        try {
            return LedgerSnapshot.decode(get("/snapshot", Limits.SNAPSHOT_MAX_BYTES));
        } catch (Malformed e) {
            throw wrong(e.rule());
        }
    }

    /** @return the line that says why the transaction was refused; empty if it was taken */
    public Optional<String> submit(SignedTransaction transaction) throws IOException {
        return post("/transactions", TransactionCodec.encode(transaction));
    }

    /** @param ping see {@link Ping#sign} */
    public Optional<String> ping(Bytes ping) throws IOException {
        return post("/ping", ping.unsafeArray());
    }

    /**
     * Blocks in order of height, unchecked but for that.
     *
     * @param from first height
     * @param through last height; nothing is asked for if it lies before the first
     */
    public void blocks(long from, long through, Consumer<CertifiedBlock> listener) throws IOException {
        if (from > through) {
            return;
        }
        try (BlockStream blocks = blocks(from)) {
            for (long height = from; height <= through; height++) {
                listener.accept(blocks.next());
            }
        } catch (Malformed e) {
            throw wrong(e.rule());
        }
    }

    /** Blocks from a height on; the caller closes it. */
    BlockStream blocks(long from) throws IOException {
        HttpsURLConnection connection = connect("/blocks?from=" + from, "GET");
        try {
            requireOk(connection);
            return new BlockStream(connection, from);
        } catch (IOException e) {
            connection.disconnect();
            throw e;
        }
    }

    private byte[] get(String path, int maxBytes) throws IOException {
        HttpsURLConnection connection = connect(path, "GET");
        requireOk(connection);
        try (InputStream in = connection.getInputStream()) {
            return read(in, maxBytes);
        }
    }

    Optional<String> post(String path, byte[] body) throws IOException {
        HttpsURLConnection connection = connect(path, "POST");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        if (connection.getResponseCode() == Replies.UNPROCESSABLE) {
            return Optional.of(errorLine(connection));
        }
        requireOk(connection);
        try (InputStream in = connection.getInputStream()) {
            read(in, LINE_MAX_BYTES);
        }
        return Optional.empty();
    }

    private HttpsURLConnection connect(String path, String method) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection)
                URI.create("https://" + door + path).toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        connection.setHostnameVerifier((name, session) -> true);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod(method);
        connection.setDoOutput("POST".equals(method));
        try {
            connection.connect();
        } catch (IOException e) {
            throw wrong(e.getMessage());
        }
        judge(connection);
        return connection;
    }

    private void judge(HttpsURLConnection connection) throws IOException {
        try {
            if (!(connection.getServerCertificates()[0] instanceof X509Certificate certificate)) {
                throw wrong("certificate: (expected: X.509)");
            }
            Hotkey hotkey = HotkeyTrust.hotkeyOf(certificate);
            seen = hotkey;
            if (!admitted.test(hotkey)) {
                throw wrong("hotkey: " + hotkey.brief() + " (expected: one that may be this door's)");
            }
        } catch (CertificateException e) {
            throw wrong(e.getMessage());
        }
    }

    private void requireOk(HttpsURLConnection connection) throws IOException {
        int code = connection.getResponseCode();
        if (code != Replies.OK) {
            throw wrong("answer: " + code + " " + errorLine(connection) + " (expected: 200)");
        }
    }

    /** One line of a stranger, without control characters. */
    private String errorLine(HttpsURLConnection connection) throws IOException {
        try (InputStream in = connection.getErrorStream()) {
            return in == null
                    ? ""
                    : new String(in.readNBytes(LINE_MAX_BYTES), StandardCharsets.UTF_8)
                            .strip()
                            .replaceAll("\\p{Cntrl}", "?");
        }
    }

    private byte[] read(InputStream in, int maxBytes) throws IOException {
        long deadlineNs = System.nanoTime() + ANSWER_NS;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            all.write(buffer, 0, count);
            if (all.size() > maxBytes) {
                throw wrong("answer: longer than " + maxBytes + " bytes (expected: at most that)");
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw wrong("answer: not complete after 15 s (expected: faster)");
            }
        }
        return all.toByteArray();
    }

    private IOException wrong(@Nullable String what) {
        return new IOException("door " + door + ": " + what);
    }
}

package covey.node.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.actors.remote.TlsIdentity;
import covey.node.config.HostPort;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DoorTest {
    private static TestDoor door;

    @BeforeAll
    static void open() {
        door = TestDoor.authority(1);
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void shouldGiveGenesisByteForByteAndShowItsHotkey() throws IOException {
        DoorClient client = door.client();

        assertThat(client.genesis()).isEqualTo(door.genesis.bytes());
        assertThat(client.hotkey()).contains(door.signer.hotkey());
    }

    @Test
    void shouldBeLeftByAClientThatExpectsAnotherHotkey() {
        DoorClient client = new DoorClient(door.address(), TestDoor.signer(2).hotkey()::equals);

        assertThatThrownBy(client::height)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "door %s: hotkey: %s (expected: one that may be this door's)",
                        door.address(), door.signer.hotkey().brief());
    }

    @Test
    void shouldStreamBlocksFromAnyHeightAndGoOnWithNewOnes() throws Exception {
        door.grow(3);
        long height = door.client().height();
        try (BlockStream blocks = door.client().blocks(height - 1)) {
            assertThat(blocks.next().block()).isEqualTo(door.run.blocks().get((int) height - 2));
            assertThat(blocks.next().block()).isEqualTo(door.run.blocks().get((int) height - 1));
            door.grow(2);
            assertThat(blocks.next().block().height()).isEqualTo(height + 1);
            assertThat(blocks.next().block().height()).isEqualTo(height + 2);
        }
        assertThat(door.client().height()).isEqualTo(height + 2);
    }

    @Test
    void shouldSayWhenFromIsNoHeight() throws Exception {
        for (String query : new String[] {"", "?from=0", "?from=-1", "?from=x", "?from=99999999999999999999"}) {
            assertThat(get("/blocks" + query).statusCode()).as(query).isEqualTo(400);
        }
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldTakeATransactionAndGiveTheLineOfOneThatIsRefused() throws Exception {
        SignedTransaction good = transaction(7);

        assertThat(door.client().submit(good)).isEmpty();
        assertThat(door.submitted.poll(10, TimeUnit.SECONDS)).isEqualTo(good);
        assertThat(door.client().submit(transaction(13))).contains(TestDoor.REFUSED);
        assertThat(post("/transactions", new byte[] {1, 2, 3}).body()).startsWith("truncated: ");
    }

    @Test
    void shouldRefuseWhatIsTooLongBeforeReadingIt() throws Exception {
        assertThat(post("/transactions", new byte[Limits.TRANSACTION_MAX_BYTES + 1])
                        .statusCode())
                .isEqualTo(413);
        assertThat(post("/ping", new byte[Limits.PING_MAX_BYTES + 1]).statusCode())
                .isEqualTo(413);
        assertThat(post("/ping", new byte[Limits.PING_MAX_BYTES]).statusCode()).isEqualTo(422);
    }

    @Test
    void shouldRefuseTransactionsWhereNobodyOrdersThem() throws Exception {
        try (TestDoor reader = TestDoor.reader(2)) {
            assertThatThrownBy(() -> reader.client().submit(transaction(7)))
                    .hasMessageContaining("answer: 404 door: reads only (expected: an authority's)");
            assertThat(reader.client().height()).isZero();
        }
    }

    @Test
    void shouldRefuseASourceThatAsksTooOften() throws Exception {
        try (TestDoor stingy = TestDoor.stingy(2, 3)) {
            for (int i = 0; i < 3; i++) {
                stingy.client().height();
            }
            assertThatThrownBy(() -> stingy.client().height()).hasMessageContaining("answer: 429 requests: too many");
        }
    }

    @Test
    void shouldKeepTheLastPingOfARegisteredHotkey() throws Exception {
        Hotkey hotkey = TestDoor.signer(5).hotkey();
        assertThat(door.door.pings().silenceNs(hotkey)).isEmpty();

        assertThat(door.client().ping(ping(5, door.run.runId(), 10))).isEmpty();

        assertThat(door.door.pings().silenceNs(hotkey)).isPresent();
        assertThat(door.client().doors().members()).contains(new DoorList.Entry(hotkey, "127.0.0.1:5"));
        assertThat(door.client().doors().authorities())
                .containsExactly(new DoorList.Entry(door.signer.hotkey(), "127.0.0.1:1"));
    }

    @Test
    void shouldRefuseAPingThatProvesNothing() throws Exception {
        RunId run = door.run.runId();
        Bytes good = ping(6, run, 10);
        assertThat(door.client().ping(good)).isEmpty();
        assertThat(door.client().ping(good)).contains("counter: 10 (expected: above 10)");
        assertThat(door.client().ping(ping(6, run, 9))).contains("counter: 9 (expected: above 10)");
        assertThat(door.client().ping(ping(6, run, 11))).isEmpty();

        byte[] forged = ping(6, run, 12).toArray();
        forged[forged.length - 1] ^= 1;
        assertThat(door.client().ping(Bytes.wrap(forged))).get().asString().startsWith("ping: wrong signature");
        RunId other = new RunId(door.run.hashOf("other"));
        assertThat(door.client().ping(ping(6, other, 13))).get().asString().startsWith("run: ");
        assertThat(door.client().ping(ping(99, run, 1))).get().asString().startsWith("hotkey: ");
    }

    @Test
    void gateShouldRememberFewSourcesAndRefillInTime() {
        RequestGate gate = new RequestGate(10, 2);
        long second = 1_000_000_000L;
        assertThat(gate.admit("a", 0)).isTrue();
        assertThat(gate.admit("a", 0)).isTrue();
        assertThat(gate.admit("a", second / 20)).isFalse();
        assertThat(gate.admit("b", second / 20)).isTrue();
        assertThat(gate.admit("a", second / 10)).isTrue();
        assertThat(gate.admit("a", second / 10)).isFalse();
    }

    @Test
    void gateShouldBoundTheStreamsOfASource() {
        RequestGate gate = RequestGate.ofLimits();
        for (int i = 0; i < Limits.DOOR_SOURCE_STREAMS_MAX_COUNT; i++) {
            gate.streamOpened("a", 0);
        }
        assertThat(gate.mayStream("a")).isFalse();
        assertThat(gate.mayStream("b")).isTrue();
        gate.streamClosed("a");
        assertThat(gate.mayStream("a")).isTrue();
    }

    private static Bytes ping(int key, RunId run, long counterMs) {
        return new Ping(run, TestDoor.signer(key).hotkey(), "127.0.0.1:" + key, counterMs).sign(TestDoor.signer(key));
    }

    private static SignedTransaction transaction(long nonce) {
        var trainer = door.run.trainer(0);
        return TransactionCodec.sign(
                new Transaction(door.run.runId(), trainer.hotkey(), Role.TRAINER, nonce, 50, new Statement.Ready(0)),
                trainer);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TlsIdentity.provisionalClient())
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static URI uri(String path) {
        HostPort address = door.address();
        return URI.create("https://" + address + path);
    }
}

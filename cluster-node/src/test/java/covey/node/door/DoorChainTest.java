package covey.node.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import covey.actors.remote.TlsIdentity;
import covey.node.config.HostPort;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorChainTest {
    private static final HostPort NOBODY = new HostPort("127.0.0.1", 1);

    private final BlockingQueue<CertifiedBlock> delivered = new LinkedBlockingQueue<>();

    private DoorChain chain(Predicate<CertifiedBlock> certified, HostPort... doors) {
        return new DoorChain(() -> List.of(doors), certified, new DoorPost(List.of()));
    }

    private void expectHeights(long from, long to) throws InterruptedException {
        for (long height = from; height <= to; height++) {
            CertifiedBlock block = delivered.poll(30, TimeUnit.SECONDS);
            assertThat(block).as("block %d", height).isNotNull();
            assertThat(block.block().height()).isEqualTo(height);
        }
        assertThat(delivered).isEmpty();
    }

    @Test
    void shouldTurnToTheNextDoorWhenOneDies() throws Exception {
        try (TestDoor first = TestDoor.authority(1);
                TestDoor second = TestDoor.reader(2);
                DoorChain chain = chain(block -> true, NOBODY, first.address(), second.address())) {
            first.grow(4);
            second.grow(4);
            chain.follow(2, delivered::add);
            expectHeights(2, 4);
            assertThat(chain.door()).isEqualTo(first.address().toString());

            first.die();
            second.grow(3);
            expectHeights(5, 7);
            second.grow(1);
            expectHeights(8, 8);
        }
    }

    @Test
    void shouldLeaveADoorThatServesWhatIsNotCertified() throws Exception {
        try (TestDoor liar = TestDoor.authority(1);
                TestDoor honest = TestDoor.authority(2)) {
            honest.grow(3);
            liar.grow(3);
            Predicate<CertifiedBlock> certified = new Predicate<>() {
                private boolean asked;

                @Override
                public boolean test(CertifiedBlock block) {
                    boolean first = !asked;
                    asked = true;
                    return !first;
                }
            };
            try (DoorChain chain = chain(certified, liar.address(), honest.address())) {
                chain.follow(1, delivered::add);
                expectHeights(1, 3);
                assertThat(chain.door()).isEqualTo(honest.address().toString());
            }
        }
    }

    @Test
    void shouldLeaveADoorThatHasNothingNew() throws Exception {
        try (TestDoor still = TestDoor.reader(1);
                TestDoor lively = TestDoor.authority(2);
                DoorChain chain = chain(block -> true, still.address(), lively.address())) {
            still.grow(1);
            lively.grow(2);
            chain.follow(1, delivered::add);
            expectHeights(1, 2);
            assertThat(chain.door()).isEqualTo(lively.address().toString());
        }
    }

    /** Lengths above the bound and below 0, bytes that are no block, and too few of them. */
    @ParameterizedTest
    @ValueSource(strings = {"ffffff7f00", "ffffffff", "04000000deadbeef", "ff00000001", ""})
    void shouldLeaveADoorThatServesGarbage(String hex) throws Exception {
        HttpsServer garbage = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        garbage.setHttpsConfigurator(
                new HttpsConfigurator(TlsIdentity.of(TestDoor.signer(3).seed()).serverOnly()));
        garbage.createContext("/blocks", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(HexFormat.of().parseHex(hex));
            exchange.close();
        });
        garbage.start();
        HostPort liar = new HostPort("127.0.0.1", garbage.getAddress().getPort());
        try (TestDoor honest = TestDoor.reader(2);
                DoorChain chain = chain(block -> true, liar, honest.address())) {
            honest.grow(2);
            chain.follow(1, delivered::add);
            expectHeights(1, 2);
        } finally {
            garbage.stop(0);
        }
    }

    @Test
    void shouldSubmitToEveryAuthority() throws Exception {
        try (TestDoor first = TestDoor.authority(1);
                TestDoor second = TestDoor.authority(2);
                DoorPost post = new DoorPost(List.of(
                        new DoorList.Entry(
                                first.signer.hotkey(), first.address().toString()),
                        new DoorList.Entry(first.signer.hotkey(), "127.0.0.1:1"),
                        new DoorList.Entry(
                                second.signer.hotkey(), second.address().toString())));
                DoorChain chain = new DoorChain(List::of, block -> true, post)) {
            SignedTransaction transaction =
                    first.run.signed(first.run.trainer(0), Role.TRAINER, new Statement.Ready(0));

            chain.submit(transaction);

            assertThat(first.submitted.poll(30, TimeUnit.SECONDS)).isEqualTo(transaction);
            assertThat(second.submitted.poll(30, TimeUnit.SECONDS)).isEqualTo(transaction);
        }
    }

    @Test
    void shouldPingUntilClosed() throws Exception {
        try (TestDoor door = TestDoor.authority(1);
                DoorPost post = new DoorPost(List.of(
                        new DoorList.Entry(door.signer.hotkey(), door.address().toString())))) {
            Pinger pinger = Pinger.start(post, door.run.runId(), TestDoor.signer(5), () -> "127.0.0.1:5", 20);
            awaitFresh(door, Long.MAX_VALUE);
            long first = silenceNs(door);
            awaitFresh(door, first);
            pinger.close();
        }
    }

    private static long silenceNs(TestDoor door) {
        return door.door.pings().silenceNs(TestDoor.signer(5).hotkey()).orElse(Long.MAX_VALUE);
    }

    /** Waits for a ping that is newer than one of so long ago. */
    private static void awaitFresh(TestDoor door, long agoNs) {
        long startNs = System.nanoTime();
        while (silenceNs(door) - (System.nanoTime() - startNs) >= agoNs) {
            assertThat(System.nanoTime() - startNs).as("ns without a ping").isLessThan(30_000_000_000L);
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldJoinByASeedOrSayInOneLineWhyNot() {
        try (TestDoor door = TestDoor.authority(1)) {
            var joined = Joining.ask(List.of(NOBODY, door.address()), Optional.empty(), TestDoor.CRYPTO, 5_000);
            assertThat(joined.genesis()).isEqualTo(door.genesis);
            assertThat(joined.doors().authorities()).hasSize(1);
            assertThat(joined.seed()).isEqualTo(door.address());

            RunId other = new RunId(door.run.hashOf("other"));
            assertThatThrownBy(() -> Joining.ask(List.of(door.address()), Optional.of(other), TestDoor.CRYPTO, 5_000))
                    .isInstanceOf(JoinFailed.class)
                    .hasMessage(
                            "seed: %s: run id: %s (expected: --run-id %s)",
                            door.address(), door.genesis.runId(), other);
        }
        assertThatThrownBy(() -> Joining.ask(List.of(NOBODY), Optional.empty(), TestDoor.CRYPTO, 1))
                .isInstanceOf(JoinFailed.class)
                .hasMessageStartingWith("seed: 127.0.0.1:1 (expected: a door that answers within 1 ms; ");
    }
}

package covey.node.door;

import covey.actors.remote.TlsIdentity;
import covey.node.config.GenesisFile;
import covey.node.config.HostPort;
import covey.node.web.HttpSystem;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorSystem;

/** A door over real TLS, with blocks that the test adds. */
final class TestDoor implements AutoCloseable {
    static final Crypto CRYPTO = new TestCrypto();
    static final String REFUSED = "nonce: 13 (expected: another)";

    final Ed25519Signer signer;
    final TestRun run = TestRun.of(1, 1, 1);
    final BlockingQueue<SignedTransaction> submitted = new LinkedBlockingQueue<>();
    final GenesisFile genesis;
    final Door door;
    private final ActorSystem<Void> system = HttpSystem.create();
    private final List<CertifiedBlock> blocks = new CopyOnWriteArrayList<>();
    volatile Optional<Bytes> snapshot = Optional.empty();
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();

    private TestDoor(int key, boolean authority, RequestGate gate) {
        signer = signer(key);
        genesis = GenesisFile.of(genesis(signer.hotkey()), CRYPTO);
        DoorParts parts = new DoorParts(
                run.runId(),
                CRYPTO,
                hotkey -> !hotkey.equals(signer(99).hotkey()),
                genesis::bytes,
                () -> new DoorList(List.of(new DoorList.Entry(signer.hotkey(), "127.0.0.1:1")), List.of()),
                new DoorParts.Blocks(blocks::size, this::read, () -> snapshot, listeners::add),
                authority ? Optional.of(this::submit) : Optional.empty());
        door = Door.open(system, TlsIdentity.of(signer.seed()).serverOnly(), "127.0.0.1", 0, parts, gate);
    }

    static TestDoor authority(int key) {
        return new TestDoor(key, true, RequestGate.ofLimits());
    }

    static TestDoor reader(int key) {
        return new TestDoor(key, false, RequestGate.ofLimits());
    }

    static TestDoor stingy(int key, int burst) {
        return new TestDoor(key, true, new RequestGate(1e-9, burst));
    }

    static Ed25519Signer signer(int key) {
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        seed[0] = (byte) key;
        return Ed25519Signer.of(seed);
    }

    private Genesis genesis(Hotkey authority) {
        Genesis g = run.genesis();
        var member = new Genesis.Member(authority, run.trainer(0).hotkey(), Role.AUTHORITY.bit(), "door");
        return new Genesis(
                g.name(),
                g.model(),
                g.seed(),
                g.thetaRoot(),
                g.training(),
                g.timing(),
                List.of(member),
                List.of(new Genesis.Authority(authority, "127.0.0.1:1", "127.0.0.1:2")),
                g.data());
    }

    private Optional<CertifiedBlock> read(long height) {
        return Optional.of(blocks.get((int) height - 1));
    }

    private Optional<String> submit(SignedTransaction transaction) {
        if (transaction.transaction().nonce() == 13) {
            return Optional.of(REFUSED);
        }
        submitted.add(transaction);
        return Optional.empty();
    }

    /** The same blocks in every door of a test. */
    void grow(int count) {
        for (int i = 0; i < count; i++) {
            run.block();
            Block block = run.blocks().getLast();
            var vote = new Certificate.Vote(0, Bytes.wrap(new byte[Crypto.SIGNATURE_BYTES]));
            blocks.add(new CertifiedBlock(block, new Certificate(1, 0, Hash.ZERO, Hash.ZERO, List.of(vote))));
        }
        listeners.forEach(listener -> listener.accept(blocks.size()));
    }

    HostPort address() {
        return new HostPort("127.0.0.1", door.port());
    }

    DoorClient client() {
        return new DoorClient(address(), signer.hotkey()::equals);
    }

    /** Nobody answers there any more. */
    void die() {
        door.close();
    }

    @Override
    public void close() {
        door.close();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}

package covey.actors.testing;

import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A whole run in one JVM: nodes with everything real but engine, transfer, disk and ballots. */
public final class TestCovey implements AutoCloseable {
    private static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 16, true);

    private final Crypto crypto = new TestCrypto();
    private final Genesis genesis;
    private final RunId runId;
    private final TestChain chain;
    private final MemoryNetwork network = new MemoryNetwork();
    private final List<TestPeer> trainers = new ArrayList<>();
    private final TestPeer validator;

    public TestCovey(int trainerCount) {
        Crypto.Signer judge = TestCrypto.signer(2000);
        Crypto.Signer authority = TestCrypto.signer(3000);
        List<Crypto.Signer> training = new ArrayList<>();
        for (int i = 0; i < trainerCount; i++) {
            training.add(TestCrypto.signer(1000 + i));
        }
        genesis = genesis(training, judge, authority);
        runId = new RunId(crypto.sha256(genesis.toString().getBytes(StandardCharsets.UTF_8)));
        chain = new TestChain(genesis, runId, crypto, authority);
        training.forEach(signer -> trainers.add(new TestPeer(this, signer, Role.TRAINER.bit())));
        validator = new TestPeer(this, judge, Role.VALIDATOR.bit());
    }

    private Genesis genesis(List<Crypto.Signer> training, Crypto.Signer judge, Crypto.Signer authority) {
        List<Genesis.Member> members = new ArrayList<>();
        training.forEach(signer -> members.add(member(signer, Role.TRAINER)));
        members.add(member(judge, Role.VALIDATOR));
        members.add(member(authority, Role.AUTHORITY));
        members.sort(Comparator.comparing(Genesis.Member::hotkey));
        return new Genesis(
                "test",
                SHAPE,
                7,
                ToyEngine.initialRoot(SHAPE, 7, crypto),
                new Genesis.Training(4, 2, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16),
                new Genesis.Timing(200, 1000, 20_000, 10_000, training.size(), 2, 64),
                members,
                List.of(new Genesis.Authority(authority.hotkey(), "localhost:1", "localhost:2")),
                new Genesis.DataManifest(
                        "bytes", content("train"), 160_001, content("held-out"), 1_601, 1_600, "test"));
    }

    private Genesis.Member member(Crypto.Signer signer, Role role) {
        Hotkey hotkey = signer.hotkey();
        Hotkey coldkey = new Hotkey(crypto.sha256(hotkey.hash().bytes()));
        return new Genesis.Member(hotkey, coldkey, role.bit(), role.name());
    }

    private ContentId content(String name) {
        return new ContentId(crypto.sha256(name.getBytes(StandardCharsets.UTF_8)));
    }

    public Crypto crypto() {
        return crypto;
    }

    public Genesis genesis() {
        return genesis;
    }

    public RunId runId() {
        return runId;
    }

    public TestChain chain() {
        return chain;
    }

    public MemoryNetwork network() {
        return network;
    }

    public TestPeer trainer(int index) {
        return trainers.get(index);
    }

    public TestPeer validator() {
        return validator;
    }

    public List<TestPeer> peers() {
        List<TestPeer> all = new ArrayList<>(trainers);
        all.add(validator);
        return all;
    }

    public TestCovey startAll() {
        peers().forEach(TestPeer::start);
        return this;
    }

    @Override
    public void close() {
        peers().forEach(TestPeer::close);
        network.close();
        chain.close();
    }
}

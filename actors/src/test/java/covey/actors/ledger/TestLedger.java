package covey.actors.ledger;

import covey.actors.remote.Refusals;
import covey.actors.remote.TlsIdentity;
import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.SignedVote;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A run with two trainers, a validator, and authorities on free ports of loopback. */
final class TestLedger {
    static final long PATIENCE_NS = 60_000_000_000L;

    final Crypto crypto = new TestCrypto();
    final TestRun roles = TestRun.of(2, 1, 1, new Genesis.Timing(50, 200, 20_000, 10_000, 2, 2, 64));
    final List<JdkSigner> authorities = new ArrayList<>();
    final Genesis genesis;
    final RunId run;
    final LedgerMachine machine;
    final BlockingQueue<LedgerFailure> failures = new LinkedBlockingQueue<>();
    private long nonce;

    TestLedger(int authorityCount) {
        for (int i = 0; i < authorityCount; i++) {
            byte[] seed = new byte[32];
            seed[0] = (byte) (i + 1);
            authorities.add(new JdkSigner(TlsIdentity.of(seed).hotkey(), seed));
        }
        genesis = genesis(roles.genesis());
        run = new RunId(crypto.sha256(new byte[] {(byte) authorityCount}));
        machine = new LedgerMachine(genesis, run, crypto);
    }

    private Genesis genesis(Genesis of) {
        List<Genesis.Member> members = new ArrayList<>(of.members());
        members.removeIf(m -> m.has(Role.AUTHORITY));
        List<Genesis.Authority> named = new ArrayList<>();
        for (JdkSigner key : authorities) {
            members.add(new Genesis.Member(key.hotkey(), key.hotkey(), Role.AUTHORITY.bit(), "authority"));
            named.add(new Genesis.Authority(key.hotkey(), "127.0.0.1:1", "127.0.0.1:" + freePort()));
        }
        members.sort(Comparator.comparing(Genesis.Member::hotkey));
        return new Genesis(
                of.name(),
                of.model(),
                of.seed(),
                of.thetaRoot(),
                of.training(),
                of.timing(),
                members,
                named,
                of.data());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AuthoritySystem.Parts parts(int index, MemoryBlocks blocks, MemoryVotes votes) {
        JdkSigner key = authorities.get(index);
        return new AuthoritySystem.Parts(
                genesis,
                run,
                crypto,
                key,
                TlsIdentity.of(key.seed()),
                "",
                blocks,
                votes,
                new Refusals(hotkey -> {}),
                failures::add);
    }

    LedgerFailure awaitFailure() throws InterruptedException {
        LedgerFailure failure = failures.poll(PATIENCE_NS, TimeUnit.NANOSECONDS);
        if (failure == null) {
            throw new AssertionError("no failure was told");
        }
        return failure;
    }

    SignedTransaction signed(Crypto.Signer signer, Role role, Statement statement, long expiryHeight) {
        return TransactionCodec.sign(
                new Transaction(run, signer.hotkey(), role, ++nonce, expiryHeight, statement), signer);
    }

    SignedTransaction ready(int trainer) {
        return signed(roles.trainer(trainer), Role.TRAINER, new Statement.Ready(0), 100);
    }

    /** The next block over a state, by the first authority. */
    Block block(LedgerState state, List<SignedTransaction> transactions) {
        byte[] message = BlockCodec.beaconMessage(run, state.height() + 1, state.beacon());
        return new Block(
                state.height() + 1,
                state.blockHash(),
                state.timeMs() + 200,
                0,
                authorities.getFirst().sign(message),
                transactions);
    }

    CertifiedBlock certify(LedgerState state, Block block) {
        return certify(block, machine.stateHash(machine.apply(state, block).next()), genesis.quorum());
    }

    CertifiedBlock certify(Block block, Hash stateHash, int voteCount) {
        Hash hash = BlockCodec.hash(block, run, crypto);
        List<Certificate.Vote> votes = new ArrayList<>();
        for (int i = 0; i < voteCount; i++) {
            SignedVote.Acked vote =
                    new SignedVote.Acked(new BallotNumber(1, 0), block.height(), hash, stateHash, Bytes.EMPTY);
            votes.add(new Certificate.Vote(i, authorities.get(i).sign(vote.message(run))));
        }
        return new CertifiedBlock(block, new Certificate(1, 0, hash, stateHash, votes));
    }

    record JdkSigner(Hotkey hotkey, byte[] seed) implements Crypto.Signer {
        @Override
        public Bytes sign(byte[] message) {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
                signature.update(message);
                return Bytes.wrap(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.ledger.AuthoritySystem;
import covey.actors.ledger.LedgerFailure;
import covey.actors.remote.Refusals;
import covey.actors.remote.TlsIdentity;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.BlockStore;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority on real files. */
class AuthorityFilesTest {
    private static final byte[] SEED = new byte[32];

    @TempDir
    Path directory;

    private final Crypto crypto = new Ed25519Crypto();
    private final Ed25519Signer signer = Ed25519Signer.of(SEED);
    private final Genesis genesis = genesis(TestRun.of(1, 1, 1).genesis());
    private final RunId run = new RunId(crypto.sha256(SEED));
    private final BlockingQueue<LedgerFailure> failures = new LinkedBlockingQueue<>();

    private Genesis genesis(Genesis of) {
        Genesis.Timing timing = new Genesis.Timing(20, 50, 20_000, 10_000, 1, 2, 64);
        var self = new Genesis.Member(signer.hotkey(), signer.hotkey(), Role.AUTHORITY.bit(), "authority");
        var named = new Genesis.Authority(signer.hotkey(), "127.0.0.1:1", "127.0.0.1:2");
        return new Genesis(
                of.name(),
                of.model(),
                of.seed(),
                of.thetaRoot(),
                of.training(),
                timing,
                List.of(self),
                List.of(named),
                of.data());
    }

    private AuthoritySystem.Parts parts(BlockFile blocks, VoteFile votes) {
        return new AuthoritySystem.Parts(
                genesis,
                run,
                crypto,
                signer,
                TlsIdentity.of(SEED),
                "",
                blocks,
                votes,
                new Refusals(hotkey -> {}),
                failures::add);
    }

    /** Runs an authority for some blocks and copies its files while it runs, which is what a kill leaves. */
    private void runAndKill(Path blocks, Path votes) throws Exception {
        try (BlockFile blockFile = BlockFile.open(blocks);
                VoteFile voteFile = VoteFile.open(votes)) {
            Semaphore told = new Semaphore(0);
            Runnable kill = () -> {
                copy(votes);
                copy(blocks);
            };
            try (AuthoritySystem authority = AuthoritySystem.start(parts(blockFile, voteFile), 1)) {
                authority.subscribe(block -> {
                    if (told.availablePermits() == 2) {
                        kill.run();
                    }
                    told.release();
                });
                assertThat(told.tryAcquire(4, 60, TimeUnit.SECONDS)).isTrue();
            }
        }
        Files.move(copyOf(votes), votes, StandardCopyOption.REPLACE_EXISTING);
        Files.move(copyOf(blocks), blocks, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path copyOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".copy");
    }

    private static void copy(Path file) {
        try {
            Files.copy(file, copyOf(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAuthorityGoesOnAfterItWasKilledAndAfterATornTail() throws Exception {
        Path blocks = directory.resolve("blocks");
        Path votes = directory.resolve("votes");
        VoteFile.create(votes);
        runAndKill(blocks, votes);
        runAndKill(blocks, votes);
        tear(blocks);
        runAndKill(blocks, votes);
        assertThat(failures).isEmpty();
        try (BlockFile file = BlockFile.open(blocks)) {
            assertThat(file.lastHeight()).isGreaterThanOrEqualTo(6);
            assertIsOneChain(file);
        }
    }

    /** A block whose append was under way: its first bytes. */
    private static void tear(Path blocks) throws IOException {
        long end = JournalFile.scan(blocks, entry -> {}).endOffset();
        try (RandomAccessFile raw = new RandomAccessFile(blocks.toFile(), "rw")) {
            raw.seek(end);
            raw.write(new byte[] {100, 0, 0, 0, 9, 9, 9});
        }
    }

    private void assertIsOneChain(BlockStore blocks) {
        CertificateCheck check = new CertificateCheck(genesis, run, crypto);
        for (long height = 2; height <= blocks.lastHeight(); height++) {
            CertifiedBlock block = blocks.read(height).orElseThrow();
            assertThat(check.check(block)).isEmpty();
            assertThat(block.block().parent())
                    .isEqualTo(
                            blocks.read(height - 1).orElseThrow().certificate().blockHash());
        }
    }
}

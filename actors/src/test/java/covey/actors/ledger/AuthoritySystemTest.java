package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.remote.Refusals;
import covey.actors.remote.TlsIdentity;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Hotkey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Authorities in one JVM, over real TLS on loopback where there are several. */
class AuthoritySystemTest {
    private final List<AuthoritySystem> running = new ArrayList<>();

    @AfterEach
    void close() {
        running.forEach(AuthoritySystem::close);
    }

    private AuthoritySystem start(AuthoritySystem.Parts parts) {
        AuthoritySystem started = AuthoritySystem.start(
                parts, parts.genesis().authorityIndex(parts.signer().hotkey()));
        running.add(started);
        return started;
    }

    @Test
    void aSingleAuthorityCertifiesTransactionsAndGoesOnAfterARestart() throws Exception {
        TestLedger ledger = new TestLedger(1);
        MemoryBlocks blocks = new MemoryBlocks();
        MemoryVotes votes = new MemoryVotes();
        AuthoritySystem first = start(ledger.parts(0, blocks, votes));
        assertThat(first.submit(ledger.ready(0))).isEmpty();
        assertThat(first.submit(ledger.ready(1))).isEmpty();
        awaitTransactions(blocks, 2);
        first.close();
        assertThat(first.state().round()).isPresent();
        long height = blocks.lastHeight();

        AuthoritySystem second = start(ledger.parts(0, blocks, votes));
        assertThat(second.state().height()).isEqualTo(height);
        CertifiedBlock next = blocks.await(height + 1);
        assertThat(new CertificateCheck(ledger.genesis, ledger.run, ledger.crypto).check(next))
                .isEmpty();
        assertThat(ledger.failures).isEmpty();
    }

    @Test
    void shouldRefuseATransactionThatNeverCounts() {
        TestLedger ledger = new TestLedger(1);
        AuthoritySystem authority = start(ledger.parts(0, new MemoryBlocks(), new MemoryVotes()));
        SignedTransaction ready = ledger.ready(0);
        SignedTransaction forged =
                new SignedTransaction(ready.transaction(), ledger.ready(1).signature());
        assertThat(authority.submit(forged))
                .hasValueSatisfying(r -> assertThat(r.reason()).isEqualTo(Reason.SIGNATURE));
    }

    @Test
    void shouldNotSignWithoutItsVotes() throws Exception {
        TestLedger ledger = new TestLedger(1);
        MemoryBlocks blocks = new MemoryBlocks();
        MemoryVotes votes = new MemoryVotes();
        start(ledger.parts(0, blocks, votes));
        blocks.await(1);
        running.removeFirst().close();
        votes.lose();
        long height = blocks.lastHeight();

        AuthoritySystem again = start(ledger.parts(0, blocks, votes));
        assertThat(ledger.awaitFailure().kind()).isEqualTo(LedgerFailure.Kind.VOTE);
        assertThat(again.stopped()).isPresent();
        again.close();
        assertThat(blocks.lastHeight()).isEqualTo(height);
    }

    @Test
    void shouldEndAtTheFirstDiskError() throws Exception {
        TestLedger ledger = new TestLedger(1);
        MemoryBlocks blocks = new MemoryBlocks();
        AuthoritySystem authority = start(ledger.parts(0, blocks, new MemoryVotes()));
        List<CertifiedBlock> told = new ArrayList<>();
        blocks.fill();
        authority.subscribe(told::add);
        assertThat(ledger.awaitFailure().kind()).isEqualTo(LedgerFailure.Kind.STORE);
        authority.close();
        assertThat(told).hasSameSizeAs(heights(blocks));
    }

    private static List<Long> heights(MemoryBlocks blocks) {
        List<Long> heights = new ArrayList<>();
        for (long h = 1; h <= blocks.lastHeight(); h++) {
            heights.add(h);
        }
        return heights;
    }

    @Test
    void twoOfThreeGoOnWithoutTheProposerAndItCatchesUp() throws Exception {
        TestLedger ledger = new TestLedger(3);
        List<MemoryBlocks> blocks = List.of(new MemoryBlocks(), new MemoryBlocks(), new MemoryBlocks());
        List<MemoryVotes> votes = List.of(new MemoryVotes(), new MemoryVotes(), new MemoryVotes());
        List<AuthoritySystem> systems = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            systems.add(start(ledger.parts(i, blocks.get(i), votes.get(i))));
        }
        for (AuthoritySystem system : systems) {
            system.submit(ledger.ready(0));
        }
        for (MemoryBlocks copy : blocks) {
            copy.await(3);
            awaitTransactions(copy, 1);
        }

        int proposer = blocks.get(0).read(3).orElseThrow().certificate().authority();
        systems.get(proposer).close();
        long height = blocks.get(proposer).lastHeight();
        int other = (proposer + 1) % 3;
        blocks.get(other).await(height + 3);

        start(ledger.parts(proposer, blocks.get(proposer), votes.get(proposer)));
        blocks.get(proposer).await(height + 6);
        long common = height + 6;
        for (MemoryBlocks copy : blocks) {
            copy.await(common);
            for (long h = 1; h <= common; h++) {
                assertThat(copy.read(h).orElseThrow().certificate().blockHash())
                        .isEqualTo(blocks.get(0)
                                .read(h)
                                .orElseThrow()
                                .certificate()
                                .blockHash());
            }
        }
        assertThat(ledger.failures).isEmpty();
    }

    @Test
    void shouldAdmitNobodyButAuthoritiesOfGenesis() throws Exception {
        TestLedger ledger = new TestLedger(3);
        BlockingQueue<Hotkey> refused = new LinkedBlockingQueue<>();
        byte[] seed = new byte[32];
        seed[0] = 99;
        TlsIdentity stranger = TlsIdentity.of(seed);
        MemoryBlocks blocks = new MemoryBlocks();
        start(with(
                ledger.parts(0, blocks, new MemoryVotes()),
                TlsIdentity.of(ledger.authorities.get(0).seed()),
                refused));
        start(with(ledger.parts(1, new MemoryBlocks(), new MemoryVotes()), stranger, refused));
        assertThat(refused.poll(60, TimeUnit.SECONDS)).isEqualTo(stranger.hotkey());
        assertThat(blocks.lastHeight()).isZero();
    }

    private static AuthoritySystem.Parts with(
            AuthoritySystem.Parts parts, TlsIdentity identity, BlockingQueue<Hotkey> refused) {
        return new AuthoritySystem.Parts(
                parts.genesis(),
                parts.run(),
                parts.crypto(),
                parts.signer(),
                identity,
                parts.bindHost(),
                parts.blocks(),
                parts.votes(),
                new Refusals(refused::add),
                parts.onFailure());
    }

    private static void awaitTransactions(MemoryBlocks blocks, int count) throws InterruptedException {
        int seen = 0;
        for (long height = 1; seen < count; height++) {
            seen += blocks.await(height).block().transactions().size();
        }
    }
}

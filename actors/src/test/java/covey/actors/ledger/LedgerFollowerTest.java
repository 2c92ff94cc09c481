package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Chain;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LedgerFollowerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestLedger ledger = new TestLedger(3);
    private final LedgerView view = new LedgerView(ledger.machine);
    private final FakeChain chain = new FakeChain();
    private MemoryBlocks blocks = new MemoryBlocks();
    private final BlockingQueue<Advanced> advanced = new LinkedBlockingQueue<>();
    private LedgerState state = ledger.machine.initial();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    private ActorRef<LedgerFollower.Command> spawn(TestLedger of, Chain from) {
        AtomicLong nonces = new AtomicLong();
        var parts = new LedgerFollower.Parts(
                of.genesis,
                of.run,
                of.crypto,
                of.roles.trainer(0),
                from,
                blocks,
                view,
                nonces::incrementAndGet,
                of.failures::add);
        var follower = KIT.<LedgerFollower.Command>spawn(LedgerFollower.create(parts), DispatcherSelector.blocking());
        follower.tell(new LedgerFollower.Subscribe(advanced::add));
        return follower;
    }

    private ActorRef<LedgerFollower.Command> spawn() throws InterruptedException {
        ActorRef<LedgerFollower.Command> follower = spawn(ledger, chain);
        assertThat(chain.awaitFollowed()).isEqualTo(blocks.lastHeight() + 1);
        return follower;
    }

    private Advanced await() throws InterruptedException {
        Advanced next = advanced.poll(TestLedger.PATIENCE_NS, TimeUnit.NANOSECONDS);
        if (next == null) {
            throw new AssertionError("the ledger did not advance");
        }
        return next;
    }

    private CertifiedBlock next(SignedTransaction... transactions) {
        return ledger.certify(state, ledger.block(state, List.of(transactions)));
    }

    private Advanced deliver(CertifiedBlock block) throws InterruptedException {
        chain.deliver(block);
        Advanced told = await();
        assertThat(told.block()).isEqualTo(block);
        state = told.state();
        return told;
    }

    @Test
    void shouldStoreApplyAndTellWhatIsCertified() throws Exception {
        spawn();
        SignedTransaction ready = ledger.ready(0);
        Advanced first = deliver(next(ready, ready));
        assertThat(first.rejections()).hasSize(1);
        assertThat(first.state().height()).isEqualTo(1);
        assertThat(view.state()).isEqualTo(first.state());
        assertThat(blocks.lastHeight()).isEqualTo(1);
        deliver(next());
    }

    @Test
    void shouldKeepSnapshotsAndFollowFromOneInAnotherNode() throws Exception {
        spawn();
        for (int height = 1; height <= Limits.SNAPSHOT_INTERVAL_BLOCKS; height++) {
            deliver(next());
        }
        MemoryBlocks elsewhere = new MemoryBlocks();
        elsewhere.keep(state.height(), blocks.snapshot(state.height()).orElseThrow());
        blocks = elsewhere;
        spawn();
        assertThat(await().state()).isEqualTo(state);

        LedgerState initial = ledger.machine.initial();
        chain.deliver(ledger.certify(initial, ledger.block(initial, List.of())));
        deliver(next());

        assertThat(blocks.lastHeight()).isEqualTo(Limits.SNAPSHOT_INTERVAL_BLOCKS + 1);
        assertThat(ledger.failures).isEmpty();
    }

    @Test
    void shouldRefuseForgedCertificatesAndGoOnWithTheRightOne() throws Exception {
        spawn();
        CertifiedBlock good = next();
        Hash stateHash = good.certificate().stateHash();
        chain.deliver(ledger.certify(good.block(), stateHash, 1));
        CertifiedBlock other = ledger.certify(ledger.block(state, List.of(ledger.ready(0))), stateHash, 2);
        chain.deliver(new CertifiedBlock(good.block(), other.certificate()));
        deliver(good);
        assertThat(advanced).isEmpty();
        assertThat(ledger.failures).isEmpty();
    }

    @Test
    void shouldStopWhenTheCertifiedStateIsNotItsOwn() throws Exception {
        spawn();
        chain.deliver(ledger.certify(ledger.block(state, List.of()), Hash.ZERO, 2));
        LedgerFailure failure = ledger.awaitFailure();
        assertThat(failure.kind()).isEqualTo(LedgerFailure.Kind.CONFLICT);
        assertThat(failure.reason()).contains("state hash at height 1");
        assertThat(blocks.lastHeight()).isZero();
    }

    @Test
    void shouldStopAndKeepBothWhenTwoBlocksOfAHeightAreCertified() throws Exception {
        spawn();
        CertifiedBlock one = next();
        CertifiedBlock two = next(ledger.ready(0));
        deliver(one);
        chain.deliver(one);
        chain.deliver(two);
        assertThat(ledger.awaitFailure().evidence()).containsExactly(one, two);
    }

    @Test
    void shouldStopAtADiskError() throws Exception {
        spawn();
        blocks.fill();
        chain.deliver(next());
        assertThat(ledger.awaitFailure().kind()).isEqualTo(LedgerFailure.Kind.STORE);
    }

    @Test
    void shouldGoOnFromItsBlocksAfterARestart() throws Exception {
        ActorRef<LedgerFollower.Command> follower = spawn();
        deliver(next(ledger.ready(0)));
        deliver(next());
        KIT.stop(follower);

        spawn();
        assertThat(await().state()).isEqualTo(state);
        deliver(next(ledger.ready(1)));
        assertThat(state.round()).isPresent();
    }

    @Test
    void shouldRefuseBlocksThatAreNotThisRuns() throws Exception {
        blocks.append(ledger.certify(ledger.block(state, List.of()), Hash.ZERO, 2));
        spawn(ledger, chain);
        assertThat(ledger.awaitFailure().reason()).contains("state hash");
    }

    @Test
    void shouldSayAStatementAgainUntilItIsCertified() throws Exception {
        ActorRef<LedgerFollower.Command> follower = spawn();
        var ready = new LedgerFollower.Say(Role.TRAINER, new Statement.Ready(0));
        follower.tell(ready);
        follower.tell(ready);
        SignedTransaction said = chain.awaitSubmitted();
        deliver(next());
        assertThat(chain.awaitSubmitted()).isEqualTo(said);
        assertThat(chain.awaitSubmitted()).isEqualTo(said);
        deliver(next(said));
        chain.submitted.clear();
        follower.tell(new LedgerFollower.Say(Role.VALIDATOR, new Statement.Ready(0)));
        follower.tell(new LedgerFollower.Say(Role.TRAINER, new Statement.Root(0, ledger.genesis.thetaRoot())));
        assertThat(chain.awaitSubmitted().transaction().statement()).isInstanceOf(Statement.Root.class);
    }

    @Test
    void shouldGetAStatementIntoALocalChain() throws Exception {
        TestLedger single = new TestLedger(1);
        try (AuthoritySystem authority =
                        AuthoritySystem.start(single.parts(0, new MemoryBlocks(), new MemoryVotes()), 1);
                LocalChain local = new LocalChain(authority)) {
            spawn(single, local).tell(new LedgerFollower.Say(Role.TRAINER, new Statement.Ready(0)));
            Advanced told = await();
            while (told.block().block().transactions().isEmpty()) {
                told = await();
            }
            assertThat(told.rejections()).isEmpty();
            assertThat(single.failures).isEmpty();
        }
    }

    @Test
    void shouldFollowTheAuthoritysOwnStore() throws Exception {
        TestLedger single = new TestLedger(1);
        try (AuthoritySystem authority = AuthoritySystem.start(single.parts(0, blocks, new MemoryVotes()), 1);
                LocalChain local = new LocalChain(authority)) {
            spawn(single, local);
            Block block = await().block().block();
            long height = block.height();
            while (height < block.height() + 3) {
                assertThat(await().block().block().height()).isEqualTo(++height);
            }
            assertThat(single.failures).isEmpty();
        }
    }
}

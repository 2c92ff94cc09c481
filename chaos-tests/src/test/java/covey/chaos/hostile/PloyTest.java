package covey.chaos.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.wiring.HostileRoles.Self;
import covey.node.wiring.HostileRoles.Tools;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Chain;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PloyTest {
    private static final TestCrypto CRYPTO = new TestCrypto();
    private static final Crypto.Signer SELF = TestCrypto.signer(1);
    private static final Crypto.Signer OTHER = TestCrypto.signer(2);
    private static final RunId RUN = new RunId(hash(9));
    private static final Genesis GENESIS = HostileGenesis.small();

    private final List<String> calls = new ArrayList<>();
    private final List<SignedTransaction> submitted = new ArrayList<>();
    private final List<SignedTransaction> first = new ArrayList<>();
    private final List<SignedTransaction> second = new ArrayList<>();
    private Consumer<CertifiedBlock> ear = _ -> {};

    private final Chain chain = new Chain() {
        @Override
        public void follow(long nextHeight, Consumer<CertifiedBlock> listener) {
            ear = listener;
        }

        @Override
        public void submit(SignedTransaction transaction) {
            submitted.add(transaction);
        }

        @Override
        public void close() {}
    };

    private static Hash hash(long number) {
        return new Hash(number, 0, 0, 0);
    }

    private static ContentId content(long number) {
        return new ContentId(hash(number));
    }

    /** Notes the names of the methods that are called; {@code put} gives a content's id. */
    private <T> T noting(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    calls.add(method.getName());
                    return method.getName().equals("put") ? ContentHash.of((MemorySegment) arguments[0], CRYPTO) : null;
                }));
    }

    private Tools disguised(Ploy ploy, List<Consumer<SignedTransaction>> doors) {
        Tools honest = new Tools(noting(Engine.class), noting(ContentStore.class), noting(BulkTransfer.class), chain);
        return new Cheats().disguise(ploy.text(), honest, new Self(GENESIS, SELF, doors));
    }

    private static SignedTransaction said(Crypto.Signer signer, Role role, Statement statement) {
        return TransactionCodec.sign(new Transaction(RUN, signer.hotkey(), role, 5, 100, statement), signer);
    }

    private static SignedTransaction commit(long content) {
        return said(SELF, Role.TRAINER, new Commit(3, content(content), 100));
    }

    private static Statement statement(SignedTransaction signed) {
        assertThat(TransactionCodec.isSigned(signed, CRYPTO)).isTrue();
        assertThat(signed.transaction().hotkey()).isEqualTo(SELF.hotkey());
        return signed.transaction().statement();
    }

    static Stream<String> kinds() {
        return new Cheats().kinds().stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldKnowEachKindItNames(String kind) {
        Tools honest = new Tools(noting(Engine.class), noting(ContentStore.class), noting(BulkTransfer.class), chain);
        Tools hostile = new Cheats().disguise(kind, honest, new Self(GENESIS, SELF, List.of()));
        assertThat(hostile).isNotEqualTo(honest);
        Role role = kind.endsWith("-validator") ? Role.VALIDATOR : Role.TRAINER;
        assertThat(new Cheats().role(kind)).isEqualTo(role);
    }

    @Test
    void shouldRefuseAKindThatNobodyKnows() {
        Tools honest = new Tools(noting(Engine.class), noting(ContentStore.class), noting(BulkTransfer.class), chain);
        assertThatThrownBy(() -> new Cheats().disguise("kind", honest, new Self(GENESIS, SELF, List.of())))
                .hasMessage("kind: 'kind' (expected: one of kinds)");
    }

    @Test
    void shouldCommitAndServeNothing() {
        Tools withholder = disguised(Ploy.WITHHOLDER, List.of());
        withholder.chain().submit(commit(1));
        withholder.transfer().serve(content(1));
        withholder.transfer().withdraw(content(1));
        assertThat(submitted).containsExactly(commit(1));
        assertThat(calls).containsExactly("withdraw");
    }

    @Test
    void shouldTellTwoDoorsTwoCommits() {
        Tools equivocator = disguised(Ploy.EQUIVOCATOR, List.of(first::add, second::add));
        equivocator.chain().submit(commit(1));
        assertThat(first).containsExactly(commit(1));
        assertThat(second).hasSize(1);
        Commit twin = (Commit) statement(second.getFirst());
        assertThat(twin.round()).isEqualTo(3);
        assertThat(twin.contribution()).isNotEqualTo(content(1));
        assertThat(second.getFirst().transaction().nonce())
                .isNotEqualTo(first.getFirst().transaction().nonce());
        assertThat(submitted).isEmpty();
    }

    @Test
    void shouldTellASoleDoorBothCommitsAndTheChainAllElse() {
        Tools equivocator = disguised(Ploy.EQUIVOCATOR, List.of(first::add));
        SignedTransaction ready = said(SELF, Role.TRAINER, new Ready(2));
        equivocator.chain().submit(ready);
        equivocator.chain().submit(commit(1));
        assertThat(submitted).containsExactly(ready);
        assertThat(first).hasSize(2).startsWith(commit(1));
        assertThat(statement(first.getLast())).isNotEqualTo(statement(commit(1)));
    }

    private static byte[] contribution(long round) {
        Layout layout = Layout.of(GENESIS.model());
        MemorySegment planes = new Forgery(GENESIS).noise(new SplittableRandom(round));
        ContributionHeader header =
                new ContributionHeader(RUN, round, SELF.hotkey(), content(round), layout.hash(CRYPTO), hash(7), 6, 1);
        return ContributionWriter.seal(header, layout, planes, SELF, CRYPTO);
    }

    @Test
    void shouldCommitToItsFirstContributionAgainAndKeepIt() {
        Tools replayer = disguised(Ploy.REPLAYER, List.of());
        byte[] old = contribution(1);
        ContentId id = ContentHash.of(old, CRYPTO);
        assertThat(replayer.contents().put(MemorySegment.ofArray(old))).isEqualTo(id);
        assertThat(replayer.contents().put(MemorySegment.ofArray(contribution(2))))
                .isEqualTo(id);
        replayer.contents().delete(id);
        assertThat(calls).containsExactly("put");
        replayer.chain().submit(said(SELF, Role.TRAINER, new Commit(2, id, 1)));
        assertThat(statement(submitted.getFirst())).isEqualTo(new Commit(2, id, old.length));
    }

    @Test
    void shouldKeepWhatIsNoContributionAsItIs() {
        Tools replayer = disguised(Ploy.REPLAYER, List.of());
        replayer.contents().put(MemorySegment.ofArray(contribution(1)));
        byte[] theta = new byte[1_000];
        assertThat(replayer.contents().put(MemorySegment.ofArray(theta))).isEqualTo(ContentHash.of(theta, CRYPTO));
        replayer.contents().delete(ContentHash.of(theta, CRYPTO));
        assertThat(calls).containsExactly("put", "put", "delete");
    }

    private static Attest attest(int one, int other) {
        return new Attest(3, List.of(new Verdict(content(1), one), new Verdict(content(2), other)));
    }

    private static Evaluate evaluate(boolean passed) {
        TreeMap<Hotkey, Boolean> found = new TreeMap<>();
        found.put(OTHER.hotkey(), passed);
        return new Evaluate(3, found);
    }

    @Test
    void shouldJudgeTheOppositeAndElseTellTheTruth() {
        Tools liar = disguised(Ploy.LYING_VALIDATOR, List.of());
        SignedTransaction root = said(SELF, Role.VALIDATOR, new Root(2, content(4)));
        liar.chain().submit(said(SELF, Role.VALIDATOR, attest(0, 33)));
        liar.chain().submit(said(SELF, Role.VALIDATOR, evaluate(true)));
        liar.chain().submit(root);
        assertThat(submitted).last().isEqualTo(root);
        assertThat(submitted).map(PloyTest::statement).startsWith(attest(32, 0), evaluate(false));
    }

    private void hear(SignedTransaction... transactions) {
        Hash none = hash(0);
        Block block = new Block(1, none, 1, 0, Bytes.EMPTY, List.of(transactions));
        ear.accept(new CertifiedBlock(block, new Certificate(0, 0, none, none, List.of())));
    }

    @Test
    void shouldRepeatWhatOthersJudgeOnceAndKeepItsOwnToItself() {
        Tools lazy = disguised(Ploy.LAZY_VALIDATOR, List.of());
        lazy.chain().follow(1, _ -> calls.add("heard"));
        lazy.chain().submit(said(SELF, Role.VALIDATOR, attest(0, 0)));
        var hidden = new Statement.Economic(new EconomyStatement.CommitWeights(0, hash(3)));
        lazy.chain().submit(said(SELF, Role.OBSERVER, hidden));
        assertThat(submitted).isEmpty();
        SignedTransaction theirs = said(OTHER, Role.VALIDATOR, attest(0, 33));
        hear(theirs, said(OTHER, Role.VALIDATOR, new Root(2, content(4))), said(SELF, Role.VALIDATOR, evaluate(true)));
        hear(theirs);
        assertThat(submitted).hasSize(1);
        assertThat(statement(submitted.getFirst())).isEqualTo(attest(0, 33));
        assertThat(calls).containsExactly("heard", "heard");
    }

    @Test
    void shouldMeasureNothing() {
        Tools lazy = disguised(Ploy.LAZY_VALIDATOR, List.of());
        lazy.engine().mark();
        assertThat(lazy.engine().trialLosses(new long[3], Optional.empty())).containsExactly(0, 0, 0);
        assertThat(calls).isEmpty();
    }
}

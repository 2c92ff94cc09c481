package covey.protocol.testing;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockBuilder;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.TransactionRejection;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A small run for tests: genesis with real keys, and a driver that makes one block after another over it, without
 * ballots. Trainers and validators come ordered by hotkey, so {@code trainer(0)} is the first of E_r. Each node has its
 * own coldkey.
 *
 * <pre>
 * TestRun run = TestRun.of(3, 1, 1);
 * run.open().commitAll().acceptAll(); // round 1 is sealed
 * run.finishRound(); // and round 2
 * run.state().agreedRoot(1);
 * </pre>
 */
public final class TestRun {
    public static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 16, true);
    /** Defaults: ceiling 20 s, collect 10 s, checkpoint each 2 rounds. */
    public static final Genesis.Timing TIMING = new Genesis.Timing(200, 1000, 20_000, 10_000, 1, 2, 64);

    private final Crypto crypto = new TestCrypto();
    private final List<Crypto.Signer> trainers;
    private final List<Crypto.Signer> validators;
    private final List<Crypto.Signer> authorities;
    private final Genesis genesis;
    private final RunId runId;
    private final LedgerMachine machine;
    private final List<SignedTransaction> waiting = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private List<TransactionRejection> rejections = List.of();
    private LedgerState state;
    private long nonce;

    private TestRun(
            int trainerCount,
            int validatorCount,
            int authorityCount,
            Genesis.Timing timing,
            UnaryOperator<Genesis> change) {
        this.trainers = signers(1000, trainerCount);
        this.validators = signers(2000, validatorCount);
        this.authorities = signers(3000, authorityCount);
        this.genesis = change.apply(genesis(timing));
        this.runId = new RunId(crypto.sha256(genesis.toString().getBytes(StandardCharsets.UTF_8)));
        this.machine = new LedgerMachine(genesis, runId, crypto);
        this.state = machine.initial();
    }

    /** Round 1 opens when all trainers are Ready. */
    public static TestRun of(int trainers, int validators, int authorities) {
        Genesis.Timing t = TIMING;
        return of(
                trainers,
                validators,
                authorities,
                new Genesis.Timing(
                        t.blockMinMs(),
                        t.blockIdleMs(),
                        t.ceilingMs(),
                        t.collectMs(),
                        trainers,
                        t.checkpointRounds(),
                        t.collectCap()));
    }

    public static TestRun of(int trainers, int validators, int authorities, Genesis.Timing timing) {
        return new TestRun(trainers, validators, authorities, timing, UnaryOperator.identity());
    }

    /**
     * One authority, and an asset: every coldkey has 1,000,000 units, every validator as much staked as {@code stakes}
     * says, in order of hotkeys.
     */
    public static TestRun withAsset(int trainers, String rule, long... stakes) {
        return withAsset(trainers, new Economics.First("pre-training", rule, 0, Optional.empty()), stakes);
    }

    /** As {@link #withAsset(int, String, long...)}, of one mechanism. */
    public static TestRun withAsset(int trainers, Economics.First mechanism, long... stakes) {
        return new TestRun(trainers, stakes.length, 1, TIMING, genesis -> {
            List<Economics.Balance> free = new ArrayList<>();
            List<Economics.Staked> staked = new ArrayList<>();
            for (Genesis.Member member : genesis.members()) {
                free.add(new Economics.Balance(member.coldkey(), 1_000_000));
                if (member.has(Role.VALIDATOR)) {
                    long stake = stakes[staked.size()];
                    staked.add(new Economics.Staked(member.coldkey(), member.hotkey(), stake));
                }
            }
            return genesis.withEconomics(asset(free, staked, mechanism));
        });
    }

    private static Economics asset(
            List<Economics.Balance> free, List<Economics.Staked> staked, Economics.First mechanism) {
        return new Economics(
                free,
                staked,
                new Economics.Emission(100_000, 1L << 50, 11796, List.of()),
                new Economics.Registration(16, 15, 0, new Economics.Burn(360, 5L << 30, 50, 1_000_000, 1_000)),
                new Economics.Weights(2, 1, 65535, 5),
                new Economics.Takes(11796, 11796),
                List.of(mechanism),
                new Economics.Burn(1000, 2L << 32, 1_000, 1_000_000, 10_000),
                10);
    }

    /** Of a member of genesis. */
    public static Crypto.Signer coldkey(Hotkey hotkey) {
        return TestCrypto.signer(hotkey.hash().a());
    }

    /** Says something about the asset. */
    public TestRun economic(Crypto.Signer signer, EconomyStatement statement) {
        return say(signer, Role.OBSERVER, new Statement.Economic(statement));
    }

    private static List<Crypto.Signer> signers(long firstSeed, int count) {
        List<Crypto.Signer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(TestCrypto.signer(firstSeed + i));
        }
        all.sort(Comparator.comparing(Crypto.Signer::hotkey));
        return List.copyOf(all);
    }

    private Genesis genesis(Genesis.Timing timing) {
        List<Genesis.Member> members = new ArrayList<>();
        addMembers(members, "trainer", trainers, Role.TRAINER);
        addMembers(members, "validator", validators, Role.VALIDATOR);
        addMembers(members, "authority", authorities, Role.AUTHORITY);
        members.sort(Comparator.comparing(Genesis.Member::hotkey));
        List<Genesis.Authority> named = authorities.stream()
                .map(a -> new Genesis.Authority(a.hotkey(), "localhost:1", "localhost:2"))
                .toList();
        return new Genesis("test", SHAPE, 7, content("theta-0"), training(), timing, members, named, data());
    }

    private void addMembers(List<Genesis.Member> members, String label, List<Crypto.Signer> signers, Role role) {
        for (int i = 0; i < signers.size(); i++) {
            Hotkey hotkey = signers.get(i).hotkey();
            Hotkey coldkey = coldkey(hotkey).hotkey();
            members.add(new Genesis.Member(hotkey, coldkey, role.bit(), label + "-" + i));
        }
    }

    private static Genesis.Training training() {
        return new Genesis.Training(4, 2, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
    }

    private Genesis.DataManifest data() {
        return new Genesis.DataManifest("bytes", content("train"), 160_001, content("held-out"), 1_601, 1_600, "test");
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

    public LedgerMachine machine() {
        return machine;
    }

    public BlockBuilder builder() {
        return new BlockBuilder(machine, genesis, runId);
    }

    public Crypto.Signer trainer(int index) {
        return trainers.get(index);
    }

    public Crypto.Signer validator(int index) {
        return validators.get(index);
    }

    public Crypto.Signer authority(int index) {
        return authorities.get(index);
    }

    public List<Crypto.Signer> trainers() {
        return trainers;
    }

    public List<Crypto.Signer> validators() {
        return validators;
    }

    /** The state after the last block. */
    public LedgerState state() {
        return state;
    }

    /** All blocks so far, by height. */
    public List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /** Of the last block. */
    public List<TransactionRejection> rejections() {
        return rejections;
    }

    /** Why transactions of the last block changed nothing. */
    public List<TransactionRejection.Reason> reasons() {
        return rejections.stream().map(TransactionRejection::reason).toList();
    }

    /** A content id that stands for {@code name}. */
    public ContentId content(String name) {
        return new ContentId(hashOf(name));
    }

    public Hash hashOf(String name) {
        return crypto.sha256(name.getBytes(StandardCharsets.UTF_8));
    }

    /** A signed transaction that lives for 100 heights, with a fresh nonce; not submitted. */
    public SignedTransaction signed(Crypto.Signer signer, Role role, Statement statement) {
        long expiryHeight = state.height() + 100;
        return TransactionCodec.sign(
                new Transaction(runId, signer.hotkey(), role, ++nonce, expiryHeight, statement), signer);
    }

    /** Puts a transaction into the next block as it is, even if it would be rejected. */
    public TestRun submit(SignedTransaction signed) {
        waiting.add(signed);
        return this;
    }

    public TestRun say(Crypto.Signer signer, Role role, Statement statement) {
        return submit(signed(signer, role, statement));
    }

    /** Says it as trainer number {@code index}. */
    public TestRun trainer(int index, Statement statement) {
        return say(trainers.get(index), Role.TRAINER, statement);
    }

    public TestRun validator(int index, Statement statement) {
        return say(validators.get(index), Role.VALIDATOR, statement);
    }

    public TestRun authority(int index, Statement statement) {
        return say(authorities.get(index), Role.AUTHORITY, statement);
    }

    /** A block with everything submitted since the last, 200 ms later. */
    public TestRun block() {
        return block(200);
    }

    public TestRun block(long stepMs) {
        return block(stepMs, 0);
    }

    /** A block by the authority of that index; kept, and applied. */
    public TestRun block(long stepMs, int proposer) {
        Block block = blockOf(stepMs, proposer, waiting);
        waiting.clear();
        return follow(block);
    }

    /** Empty blocks until so much ledger time has passed. */
    public TestRun pass(long ms) {
        for (long left = ms; left > 0; left -= 1_000) {
            block(Math.min(left, 1_000));
        }
        return this;
    }

    /** Gives a member of genesis another coldkey. Before the first block. */
    public TestRun withColdkey(Hotkey member, Hotkey coldkey) {
        LedgerState.Entry entry = state.registry().entry(member).orElseThrow();
        SortedMap<Hotkey, LedgerState.Entry> entries =
                new TreeMap<>(state.registry().byHotkey());
        entries.put(
                member,
                new LedgerState.Entry(member, coldkey, entry.roles(), entry.label(), entry.trustQ16(), entry.stake()));
        state = new LedgerState(
                state.height(),
                state.blockHash(),
                state.timeMs(),
                state.beacon(),
                new LedgerState.Registry(Collections.unmodifiableSortedMap(entries)),
                state.nonces(),
                state.rounds(),
                state.trusts(),
                state.economy());
        return this;
    }

    /** Every trainer says Ready(0), and round 1 opens. */
    public TestRun open() {
        for (int i = 0; i < trainers.size(); i++) {
            trainer(i, new Statement.Ready(0));
        }
        return block();
    }

    /** The round in progress. */
    public RoundState round() {
        return state.round().orElseThrow(() -> new AssertionError("no round is open"));
    }

    /** What trainer {@code index} would commit in this round. */
    public ContentId contribution(int index) {
        return content("contribution " + index + " of " + round().round());
    }

    public TestRun commit(int index) {
        return trainer(index, new Statement.Commit(round().round(), contribution(index), 1_000));
    }

    /** Every trainer commits; COMMIT closes. */
    public TestRun commitAll() {
        for (int i = 0; i < trainers.size(); i++) {
            commit(i);
        }
        return block();
    }

    /** Validator {@code index} gives the code to all commitments. */
    public TestRun attest(int index, int code) {
        List<Statement.Verdict> verdicts = round().commits().stream()
                .map(c -> new Statement.Verdict(c.contribution(), code))
                .toList();
        return validator(index, new Statement.Attest(round().round(), verdicts));
    }

    /** The trainer holds all commitments. */
    public TestRun hold(int index) {
        int count = round().commits().size();
        byte[] bitmap = new byte[(count + 7) / 8];
        for (int i = 0; i < count; i++) {
            bitmap[i / 8] |= (byte) (1 << (i % 8));
        }
        return trainer(index, new Statement.Holds(round().round(), Bytes.wrap(bitmap)));
    }

    /** Every validator accepts everything, every trainer holds it; the round is sealed if the root before is agreed. */
    public TestRun acceptAll() {
        for (int i = 0; i < trainers.size(); i++) {
            hold(i);
        }
        for (int i = 0; i < validators.size(); i++) {
            attest(i, 0);
        }
        return block();
    }

    /** The root that honest nodes say after a round. */
    public ContentId root(long round) {
        return round == 0 ? genesis.thetaRoot() : content("root " + round);
    }

    /** Every trainer and validator says the same root of the last sealed round. */
    public TestRun rootAll() {
        Statement.Root root = new Statement.Root(state.lastSealed(), root(state.lastSealed()));
        for (int i = 0; i < trainers.size(); i++) {
            trainer(i, root);
        }
        for (int i = 0; i < validators.size(); i++) {
            validator(i, root);
        }
        return block();
    }

    /** From OPEN to OPEN of the next, without a fault. */
    public TestRun finishRound() {
        return state.lastSealed() == 0
                ? commitAll().acceptAll()
                : rootAll().commitAll().acceptAll();
    }

    /** A block over the current state that is not applied. */
    public Block blockOf(long stepMs, int proposer, List<SignedTransaction> transactions) {
        long height = state.height() + 1;
        byte[] message = BlockCodec.beaconMessage(runId, height, state.beacon());
        return new Block(
                height,
                state.blockHash(),
                state.timeMs() + stepMs,
                proposer,
                authorities.get(proposer).sign(message),
                transactions);
    }

    /** Applies a block that was made elsewhere. */
    public TestRun follow(Block block) {
        machine.validateBlock(state, block).ifPresent(reason -> {
            throw new AssertionError(reason);
        });
        LedgerMachine.Applied applied = machine.apply(state, block);
        state = applied.next();
        rejections = applied.rejections();
        blocks.add(block);
        return this;
    }
}

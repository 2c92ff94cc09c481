package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Holds;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random blocks of sensible and senseless transactions, by members and strangers; the ledger's promises hold after
 * each.
 */
class LedgerRandomTest {
    private static final int BLOCKS = 150;

    static LongStream seeds() {
        return Seed.range(12);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepItsPromisesWhateverIsSaid(long number) throws Malformed {
        Seed seed = Seed.of(number);
        TestRun run = TestRun.of(1 + seed.nextInt(4), 1 + seed.nextInt(4), 1);
        Speaker speaker = new Speaker(run, seed.fork("speaker"));
        LedgerMachine other = new LedgerMachine(run.genesis(), run.runId(), new TestCrypto());
        for (int i = 0; i < BLOCKS; i++) {
            LedgerState before = run.state();
            for (int count = seed.nextInt(8); count > 0; count--) {
                run.submit(speaker.transaction());
            }
            run.block(1 + seed.nextInt(4_000));
            Block block = run.blocks().getLast();
            assertThat(other.apply(before, block).next()).as(seed.toString()).isEqualTo(run.state());
            checkEncodings(run, block, seed);
            checkPromises(before, run, seed);
        }
        assertThat(run.state().lastSealed()).as(seed.toString()).isPositive();
    }

    private static void checkEncodings(TestRun run, Block block, Seed seed) throws Malformed {
        byte[] bytes = StateCodec.encode(run.state());
        LedgerState again = StateCodec.decode(bytes);
        assertThat(again).as(seed.toString()).isEqualTo(run.state());
        assertThat(run.machine().stateHash(again)).isEqualTo(run.machine().stateHash(run.state()));
        assertThat(BlockCodec.decode(BlockCodec.encode(block))).isEqualTo(block);
        byte[] changed = bytes.clone();
        changed[seed.nextInt(changed.length)] ^= (byte) (1 + seed.nextInt(255));
        try {
            assertThat(StateCodec.encode(StateCodec.decode(changed)))
                    .as(seed.toString())
                    .isEqualTo(changed);
        } catch (Malformed e) {
            assertThat(e.rule()).isNotBlank();
        }
        try {
            StateCodec.decode(Arrays.copyOf(bytes, seed.nextInt(bytes.length)));
            assertThat(false).as("a cut state decodes, " + seed).isTrue();
        } catch (Malformed e) {
            assertThat(e.rule()).isNotBlank();
        }
    }

    private static void checkPromises(LedgerState before, TestRun run, Seed seed) {
        LedgerState after = run.state();
        assertThat(after.lastSealed() - before.lastSealed()).as(seed.toString()).isBetween(0L, 1L);
        if (after.round().isPresent()) {
            assertThat(run.round().round()).as(seed.toString()).isEqualTo(after.lastSealed() + 1);
            checkRound(run.round(), seed);
        }
        if (after.lastSealed() > before.lastSealed()) {
            RoundState ended = before.round().orElseThrow();
            SealedRound sealed = after.sealed(after.lastSealed()).orElseThrow();
            assertThat(after.agreedRoot(sealed.round() - 1)).as(seed.toString()).isPresent();
            checkSealed(run, ended, sealed, seed);
        }
        after.checkpoint()
                .ifPresent(c -> assertThat(after.agreedRoot(c.round()))
                        .as(seed.toString())
                        .contains(c.root()));
    }

    private static void checkRound(RoundState round, Seed seed) {
        assertThat(round.eligible()).as(seed.toString()).isSorted().doesNotHaveDuplicates();
        assertThat(round.spares()).as(seed.toString()).hasSizeLessThanOrEqualTo(2);
        assertThat(round.slots())
                .as(seed.toString())
                .hasSize(round.eligible().size() + 3)
                .doesNotHaveDuplicates();
        assertThat(round.commits())
                .as(seed.toString())
                .extracting(Commitment::hotkey)
                .doesNotHaveDuplicates();
        assertThat(round.attested())
                .as(seed.toString())
                .isSubsetOf(round.stakes().keySet());
    }

    /** Counts the validators by another way than the rules do: by hand, from blocks. */
    private static void checkSealed(TestRun run, RoundState ended, SealedRound sealed, Seed seed) {
        int all = sealed.collectSet().size()
                + sealed.unselected().size()
                + sealed.refused().size();
        assertThat(sealed.closed().height())
                .as(seed.toString())
                .isLessThanOrEqualTo(sealed.sealed().height());
        assertThat(all)
                .as(seed.toString())
                .isPositive()
                .isGreaterThanOrEqualTo(ended.commits().size());
        assertThat(sealed.collectSet())
                .as(seed.toString())
                .extracting(Commitment::hotkey)
                .isSorted();
        for (Commitment commitment : sealed.collectSet()) {
            int accepts = acceptsOf(run, commitment.contribution());
            assertThat(2 * accepts)
                    .as("accepts of %s, %s", commitment.contribution().brief(), seed)
                    .isGreaterThanOrEqualTo(run.validators().size());
        }
    }

    private static int acceptsOf(TestRun run, ContentId contribution) {
        List<Hotkey> accepting = new ArrayList<>();
        for (Block block : run.blocks()) {
            for (SignedTransaction signed : block.transactions()) {
                if (signed.transaction().statement() instanceof Attest attest
                        && attest.verdicts().contains(new Verdict(contribution, 0))
                        && run.state()
                                .registry()
                                .entry(signed.transaction().hotkey())
                                .filter(e -> e.stake() > 0)
                                .isPresent()
                        && !accepting.contains(signed.transaction().hotkey())) {
                    accepting.add(signed.transaction().hotkey());
                }
            }
        }
        return accepting.size();
    }

    /** Says random things, mostly near the truth, so that rounds go on. */
    private static final class Speaker {
        private final TestRun run;
        private final Seed seed;
        private final List<Crypto.Signer> signers = new ArrayList<>();
        private final long[] works = new long[2];

        Speaker(TestRun run, Seed seed) {
            this.run = run;
            this.seed = seed;
            for (int i = 0; i < 2; i++) {
                signers.add(TestCrypto.signer(900 + i));
                works[i] = RegistryRules.work(run.runId(), signers.get(i).hotkey(), run.crypto());
            }
            signers.addAll(run.trainers());
            signers.addAll(run.trainers());
            signers.addAll(run.validators());
            signers.addAll(run.validators());
            signers.add(run.authority(0));
        }

        SignedTransaction transaction() {
            int who = seed.nextInt(signers.size());
            Crypto.Signer signer = signers.get(who);
            Statement statement = statement(who);
            Role role = role(signer, statement);
            SignedTransaction signed = run.signed(signer, role, statement);
            return switch (seed.nextInt(20)) {
                case 0 -> new SignedTransaction(signed.transaction(), Bytes.of(new byte[64]));
                case 1 -> old(signed);
                case 2 -> run.signed(signer, Role.values()[seed.nextInt(4)], statement);
                default -> signed;
            };
        }

        private SignedTransaction old(SignedTransaction instead) {
            List<SignedTransaction> said = run.blocks().stream()
                    .flatMap(b -> b.transactions().stream())
                    .toList();
            return said.isEmpty() ? instead : said.get(seed.nextInt(said.size()));
        }

        private Role role(Crypto.Signer signer, Statement statement) {
            return switch (statement) {
                case Attest _ -> Role.VALIDATOR;
                case Absent _, Present _ -> Role.AUTHORITY;
                default -> run.validators().contains(signer) ? Role.VALIDATOR : Role.TRAINER;
            };
        }

        private Statement statement(int who) {
            long round = run.state().lastSealed() + 1 + (seed.nextInt(12) == 0 ? seed.nextInt(-2, 3) : 0);
            long at = Math.max(0, round);
            List<Commitment> commits =
                    run.state().round().map(RoundState::commits).orElse(List.of());
            Hotkey subject = signers.get(seed.nextInt(signers.size())).hotkey();
            return switch (kind(signers.get(who))) {
                case 0 -> new Ready(Math.max(0, at - 1));
                case 1, 2 -> new Commit(at, contribution(), 1 + seed.nextInt(1_000));
                case 3, 4 -> new Attest(at, verdicts(commits));
                case 5, 6 -> new Holds(at, bitmap(commits.size()));
                case 7 -> new Root(Math.max(0, at - 1), root(Math.max(0, at - 1)));
                case 8 ->
                    who < 2
                            ? new Register(subject, seed.nextInt(16), "label", works[who])
                            : new Absent(at, subject, "gone");
                default -> new Present(at, subject, "back");
            };
        }

        /** Mostly what suits the signer. */
        private int kind(Crypto.Signer signer) {
            int any = seed.nextInt(10);
            if (seed.nextInt(4) == 0) {
                return any;
            }
            int[] kinds = run.trainers().contains(signer)
                    ? new int[] {0, 1, 2, 5, 6, 7}
                    : run.validators().contains(signer) ? new int[] {0, 3, 4, 7} : new int[] {8, 9};
            return kinds[any % kinds.length];
        }

        private ContentId contribution() {
            return run.content("c" + seed.nextInt(seed.nextInt(10) == 0 ? 3 : 1_000_000));
        }

        private ContentId root(long round) {
            return seed.nextInt(60) == 0 ? run.content("wrong") : run.root(round);
        }

        private List<Verdict> verdicts(List<Commitment> commits) {
            List<Verdict> verdicts = new ArrayList<>();
            for (Commitment commitment : commits) {
                if (seed.nextInt(5) > 0) {
                    verdicts.add(
                            new Verdict(commitment.contribution(), seed.nextInt(6) == 0 ? 1 + seed.nextInt(3) : 0));
                }
            }
            if (seed.nextInt(15) == 0) {
                verdicts.add(new Verdict(contribution(), 0));
            }
            return verdicts;
        }

        private Bytes bitmap(int count) {
            byte[] bitmap = new byte[(count + 7) / 8 + (seed.nextInt(20) == 0 ? 1 : 0)];
            seed.nextBytes(bitmap);
            if (count % 8 != 0 && seed.nextInt(10) > 0 && bitmap.length > 0) {
                bitmap[count / 8] &= (byte) ((1 << (count % 8)) - 1);
            }
            return Bytes.wrap(bitmap);
        }
    }
}

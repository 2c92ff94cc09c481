package covey.node.door;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.cli.Covey;
import covey.node.config.KeyFile;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.yuma.WeightCommit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs about the asset, up to the transaction that a door gets. */
class AssetVerbsTest {
    private static Optional<TestDoor> opened = Optional.empty();

    @TempDir
    private static Path folder = Path.of("");

    private static Hotkey self = new Hotkey(Hash.ZERO);
    private static final String HEX = "ab".repeat(32);
    private static final Hotkey KEY = Hotkey.parse(HEX);

    private String err = "";

    @BeforeAll
    static void open() {
        opened = Optional.of(TestDoor.authority(1));
        self = KeyFile.create(folder.resolve("key"), new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
        });
    }

    @AfterAll
    static void close() {
        opened.ifPresent(TestDoor::close);
    }

    private static TestDoor door() {
        return opened.orElseThrow();
    }

    private int run(String line) {
        List<String> args = new ArrayList<>(List.of(line.split(" ")));
        args.addAll(List.of("--door", door().address().toString()));
        args.addAll(List.of("--key", folder.resolve("key").toString(), "--json"));
        StringWriter errors = new StringWriter();
        int exitCode = Covey.run(
                new PrintWriter(new StringWriter(), true), new PrintWriter(errors, true), args.toArray(String[]::new));
        err = errors.toString();
        return exitCode;
    }

    /** The statement of the one transaction that the door got. */
    private EconomyStatement said(String line) {
        assertThat(run(line)).as(err).isZero();
        List<SignedTransaction> got = new ArrayList<>();
        door().submitted.drainTo(got);
        assertThat(got).hasSize(1);
        SignedTransaction signed = got.getFirst();
        assertThat(TransactionCodec.isSigned(signed, TestDoor.CRYPTO)).isTrue();
        assertThat(signed.transaction().run()).isEqualTo(door().genesis.runId());
        assertThat(signed.transaction().hotkey()).isEqualTo(self);
        assertThat(signed.transaction().role()).isEqualTo(Role.OBSERVER);
        assertThat(signed.transaction().statement()).isInstanceOf(Statement.Economic.class);
        return ((Statement.Economic) signed.transaction().statement()).said();
    }

    @Test
    void shouldStake() {
        assertThat(said("stake add --hotkey " + HEX + " --amount 5")).isEqualTo(new EconomyStatement.AddStake(KEY, 5));
        assertThat(said("stake remove --hotkey " + HEX + " --amount 6"))
                .isEqualTo(new EconomyStatement.RemoveStake(KEY, 6));
        assertThat(said("stake transfer --to " + HEX + " --amount 7")).isEqualTo(new EconomyStatement.Transfer(KEY, 7));
        assertThat(said("stake take --hotkey " + HEX + " --take 8")).isEqualTo(new EconomyStatement.SetTake(KEY, 8));
    }

    @Test
    void shouldRegister() {
        assertThat(said("register uid --hotkey " + HEX + " --limit 9")).isEqualTo(new EconomyStatement.BuyUid(KEY, 9));
        EconomyStatement mechanism = said("register mechanism --hotkey " + HEX
                + " --name primes --rule linear --tempo 10 --limit 9 --description " + HEX);
        assertThat(mechanism).isInstanceOfSatisfying(EconomyStatement.RegisterMechanism.class, m -> {
            assertThat(m.name()).isEqualTo("primes");
            assertThat(m.description()).isEqualTo(KEY.hash());
        });
    }

    @Test
    void shouldSetWeightsAndVote() {
        assertThat(said("weights set --mechanism 1 --weight 7=3 --weight 2=65535 --version-key 4"))
                .isEqualTo(new EconomyStatement.SetWeights(1, List.of(2, 7), List.of(65535, 3), 4));
        assertThat(said("weights vote --share 0=1 --share 1=3"))
                .isEqualTo(new EconomyStatement.Vote(List.of(0, 1), List.of(1, 3)));
    }

    @Test
    void shouldKeepWhatRevealsACommit() {
        Path file = folder.resolve("row");
        EconomyStatement committed = said("weights commit --weight 7=3 --file " + file);
        EconomyStatement revealed = said("weights reveal --file " + file);
        assertThat(revealed).isInstanceOfSatisfying(EconomyStatement.RevealWeights.class, r -> {
            WeightCommit commit = new WeightCommit(self, 0, List.of(7), List.of(3), r.salt(), 0);
            assertThat(committed).isEqualTo(new EconomyStatement.CommitWeights(0, Hash.of(commit.hash())));
            assertThat(r.salt()).hasSize(16);
        });
        assertThat(run("weights commit --weight 7=3 --file " + file))
                .as("never overwrites")
                .isEqualTo(1);
        assertThat(err).contains("--file: ");
    }

    @Test
    void shouldStream() {
        assertThat(said("stream open --percent 30 --to " + HEX + "=2 --interval 10"))
                .isEqualTo(
                        new EconomyStatement.OpenStream(self, 30, List.of(new Share(KEY, 2)), 10, Long.MAX_VALUE, 0));
        assertThat(said("stream open --root " + HEX + " --percent 3 --to " + HEX + "=2 --end-height 99"))
                .isEqualTo(new EconomyStatement.OpenStream(KEY, 3, List.of(new Share(KEY, 2)), 0, 99, 0));
        assertThat(said("stream close --stream 4")).isEqualTo(new EconomyStatement.CloseStream(4));
        assertThat(said("stream run --stream 5")).isEqualTo(new EconomyStatement.RunStream(5));
    }

    @Test
    void shouldSayInOneLineWhatIsWrong() throws IOException {
        assertThat(run("stake add --hotkey xyz --amount 5")).isEqualTo(1);
        assertThat(err).contains("--hotkey: 'xyz' (expected: 64 hexadecimal digits)");
        assertThat(run("stake add --hotkey " + HEX + " --amount 5 --run-id " + HEX))
                .isEqualTo(1);
        assertThat(err).contains("run id: ").contains("(expected: " + HEX);
        assertThat(run("stake take --hotkey " + HEX + " --take 65536")).isEqualTo(1);
        assertThat(err).contains("number: 65536");
        assertThat(run("stake")).isEqualTo(2);
        assertThat(run("register mechanism --hotkey " + HEX + " --name a --rule b --tempo 1 --limit 1 --description "
                        + HEX))
                .isEqualTo(1);
        assertThat(err).contains("--rule: ");
    }

    private String ledger(String... options) {
        List<String> args = new ArrayList<>(List.of("ledger", "verify"));
        args.addAll(List.of(options));
        StringWriter errors = new StringWriter();
        int exitCode = Covey.run(
                new PrintWriter(new StringWriter(), true), new PrintWriter(errors, true), args.toArray(String[]::new));
        assertThat(exitCode).isEqualTo(1);
        return errors.toString();
    }

    @Test
    void shouldNotTrustADoorWithTheLedger() {
        try (TestDoor forger = TestDoor.authority(7)) {
            forger.grow(2);
            String address = forger.address().toString();
            assertThat(ledger("--door", address)).contains("block 1: ");
            assertThat(ledger("--door", address, "--run-id", HEX)).contains("(expected: " + HEX + ")");
        }
        assertThat(ledger("--door", "127.0.0.1:1")).contains("door 127.0.0.1:1");
        assertThat(ledger()).contains("--node, or --door");
    }
}

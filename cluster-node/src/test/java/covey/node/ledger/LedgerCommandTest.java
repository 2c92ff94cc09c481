package covey.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.cli.Covey;
import covey.node.config.GenesisFile;
import covey.node.store.BlockFile;
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
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Role;
import covey.protocol.testing.TestRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path folder = Path.of("");

    private int exitCode;
    private String err = "";

    private List<String> run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        exitCode = Covey.run(new PrintWriter(out, true), new PrintWriter(errors, true), args);
        err = errors.toString();
        return out.toString().lines().toList();
    }

    // ---- epoch

    private Path vectors() throws IOException {
        Path file = folder.resolve("yuma.json");
        try (InputStream in = LedgerCommandTest.class.getResourceAsStream("/covey/protocol/yuma/yuma.json")) {
            assertThat(in).isNotNull();
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    @Test
    void shouldPrintTheDerivedFieldsOfEachStep() throws IOException {
        Path file = vectors();
        Iterator<String> lines =
                run("ledger", "epoch", "--input", file.toString(), "--json").iterator();
        assertThat(exitCode).as(err).isZero();
        int steps = 0;
        for (JsonNode vector : MAPPER.readTree(file.toFile()).get("epoch_vectors")) {
            for (JsonNode step : vector.get("steps")) {
                JsonNode printed = MAPPER.readTree(lines.next());
                JsonNode derived = step.get("derived");
                derived.fieldNames()
                        .forEachRemaining(name -> assertThat(printed.get(name))
                                .as(printed.get("id") + " " + printed.get("step") + " " + name)
                                .isEqualTo(derived.get(name)));
                steps++;
            }
        }
        assertThat(steps).isEqualTo(37);
        assertThat(lines).isExhausted();
    }

    @Test
    void shouldRunOneVectorAndShowItToPeople() throws IOException {
        JsonNode vector =
                MAPPER.readTree(vectors().toFile()).get("epoch_vectors").get(0);
        Path file = Files.write(folder.resolve("one.json"), MAPPER.writeValueAsBytes(vector));
        List<String> lines = run("ledger", "epoch", "--input", file.toString());
        assertThat(exitCode).as(err).isZero();
        assertThat(lines.stream().filter(line -> line.startsWith("step "))).hasSize(7);
        assertThat(lines).anyMatch(line -> line.strip().startsWith("consensus_u16"));
    }

    @Test
    void shouldNameWhatAnInputLacks() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), "{\"steps\":[{\"input\":{}}],\"params\":{}}");
        run("ledger", "epoch", "--input", file.toString());
        assertThat(exitCode).isEqualTo(1);
        assertThat(err).contains("n: missing (expected: as in the vectors)");
        run("ledger", "epoch", "--input", Files.writeString(file, "{").toString());
        assertThat(err).contains("expected: JSON");
        run("ledger");
        assertThat(exitCode).isEqualTo(2);
    }

    // ---- verify and show

    private final TestRun test = TestRun.withAsset(2, "yuma3", 5_000);
    private final GenesisFile genesis = GenesisFile.of(test.genesis(), test.crypto());
    private final LedgerMachine machine = new LedgerMachine(genesis.genesis(), genesis.runId(), test.crypto());

    private CertifiedBlock certified(Block block, Hash stateHash) {
        Hash hash = BlockCodec.hash(block, genesis.runId(), test.crypto());
        var vote = new SignedVote.Acked(new BallotNumber(1, 0), block.height(), hash, stateHash, Bytes.EMPTY);
        Bytes signature = test.authority(0).sign(vote.message(genesis.runId()));
        return new CertifiedBlock(
                block, new Certificate(1, 0, hash, stateHash, List.of(new Certificate.Vote(0, signature))));
    }

    private Block next(LedgerState state) {
        byte[] message = BlockCodec.beaconMessage(genesis.runId(), state.height() + 1, state.beacon());
        var set = new EconomyStatement.SetWeights(0, List.of(0, 1, 2), List.of(1, 2, 3), 0);
        Transaction transaction = new Transaction(
                genesis.runId(),
                test.validator(0).hotkey(),
                Role.OBSERVER,
                state.height(),
                state.height() + 9,
                new Statement.Economic(set));
        SignedTransaction signed = TransactionCodec.sign(transaction, test.validator(0));
        return new Block(
                state.height() + 1,
                state.blockHash(),
                state.timeMs() + 1_000,
                0,
                test.authority(0).sign(message),
                state.height() == 15 ? List.of(signed) : List.of());
    }

    /** The arguments that name a ledger of so many blocks, of which the wrong one carries another state hash. */
    private String[] ledger(int count, int wrong, String verb) throws IOException {
        Path blocks = folder.resolve("blocks-" + count + "-" + wrong + "-" + verb);
        try (BlockFile file = BlockFile.open(blocks)) {
            LedgerState state = machine.initial();
            for (int i = 1; i <= count; i++) {
                Block block = next(state);
                state = machine.apply(state, block).next();
                Hash hash = i == wrong ? Hash.ZERO : machine.stateHash(state);
                file.append(certified(block, hash));
            }
        }
        Path file = Files.write(folder.resolve("genesis.json"), genesis.bytes().toArray());
        return new String[] {"ledger", verb, "--genesis", file.toString(), "--blocks", blocks.toString(), "--json"};
    }

    @Test
    void shouldReexecuteALedger() throws IOException {
        List<String> lines = run(ledger(30, 0, "verify"));
        assertThat(exitCode).as(err).isZero();
        JsonNode printed = MAPPER.readTree(lines.getFirst());
        assertThat(printed.get("height").asLong()).isEqualTo(30);
        assertThat(printed.get("transactions").asLong()).isEqualTo(1);
        assertThat(printed.get("rejections").asLong()).isZero();
        assertThat(printed.get("conserved").asBoolean()).isTrue();
        assertThat(printed.get("runId").asText()).isEqualTo(genesis.runId().toString());
    }

    @Test
    void shouldNotTrustWhoServedIt() throws IOException {
        run(ledger(10, 7, "verify"));
        assertThat(exitCode).isEqualTo(1);
        assertThat(err).contains("block 7: state hash:").contains("as the authorities signed");
        String[] args = ledger(10, 0, "verify");
        Path blocks = Path.of(args[5]);
        byte[] bytes = Files.readAllBytes(blocks);
        bytes[300] ^= 1;
        Files.write(blocks, bytes);
        run(args);
        assertThat(exitCode).isEqualTo(1);
    }

    @Test
    void shouldShowUidsInTheKnownColumns() throws IOException {
        List<String> lines = run(ledger(30, 0, "show"));
        assertThat(exitCode).as(err).isZero();
        assertThat(lines).hasSize(3);
        JsonNode first = MAPPER.readTree(lines.getFirst());
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactly(
                        "uid",
                        "stake",
                        "rank",
                        "trust",
                        "consensus",
                        "incentive",
                        "dividends",
                        "emission",
                        "validatorTrust",
                        "permit",
                        "updated",
                        "active",
                        "hotkey");
        String[] args = ledger(31, 0, "show");
        List<String> text = run(Arrays.copyOf(args, args.length - 1));
        assertThat(text.getFirst()).contains("UID", "STAKE", "RANK", "VTRUST", "HOTKEY");
        assertThat(text).hasSize(4);
    }

    @Test
    void shouldExplainEachPayment() throws IOException {
        List<String> args = new ArrayList<>(List.of(ledger(30, 0, "explain")));
        args.addAll(List.of("--key", test.validator(0).hotkey().toString()));
        List<String> lines = run(args.toArray(String[]::new));
        assertThat(exitCode).as(err).isZero();
        assertThat(lines).hasSize(6);
        JsonNode first = MAPPER.readTree(lines.getFirst());
        assertThat(first.get("height").asLong()).isEqualTo(10);
        assertThat(first.get("kind").asText()).isEqualTo("take");
        assertThat(MAPPER.readTree(lines.getLast()).get("weights").toString())
                .contains("\"value\":", test.validator(0).hotkey().toString());
        args.remove("--json");
        List<String> text = run(args.toArray(String[]::new));
        assertThat(text.get(0)).startsWith("height 10: take of mechanism pre-training, ");
        assertThat(text.get(1)).startsWith("  consensus ");
    }
}

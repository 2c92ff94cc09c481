package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Holds;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.ledger.economy.EconomyStatements;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionCodecTest {
    private static final TestRun RUN = TestRun.of(2, 1, 1);

    static Stream<Statement> statements() {
        return Stream.concat(ofRounds(), EconomyStatements.all().map(Statement.Economic::new));
    }

    private static Stream<Statement> ofRounds() {
        Verdict verdict = new Verdict(RUN.content("a"), 0xFFFF);
        return Stream.of(
                new Register(RUN.trainer(1).hotkey(), 7, "a läbel", -5),
                new Ready(3),
                new Commit(1, RUN.content("a"), Limits.CONTRIBUTION_MAX_BYTES),
                new Attest(2, List.of()),
                new Attest(2, Collections.nCopies(Limits.COLLECT_MAX_COUNT, verdict)),
                new Holds(2, Bytes.EMPTY),
                new Holds(2, Bytes.of(new byte[Limits.HOLDS_MAX_BYTES])),
                new Root(Long.MAX_VALUE, RUN.content("b")),
                new Absent(1, RUN.trainer(0).hotkey(), "unreachable"),
                new Present(1, RUN.trainer(0).hotkey(), "x".repeat(Limits.REASON_MAX_BYTES)),
                new Evaluate(7, new TreeMap<>()),
                new Evaluate(
                        7,
                        new TreeMap<>(Map.of(
                                RUN.trainer(0).hotkey(), true, RUN.trainer(1).hotkey(), false))));
    }

    @ParameterizedTest
    @MethodSource("statements")
    void shouldReadBackWhatItWrote(Statement statement) throws Malformed {
        SignedTransaction signed = RUN.signed(RUN.trainer(0), Role.TRAINER, statement);
        byte[] bytes = TransactionCodec.encode(signed);
        assertThat(TransactionCodec.decode(bytes)).isEqualTo(signed);
        assertThat(TransactionCodec.isSigned(TransactionCodec.decode(bytes), RUN.crypto()))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("statements")
    void shouldRefuseEachCutAndTrailingBytesA2(Statement statement) {
        byte[] bytes = TransactionCodec.encode(RUN.signed(RUN.trainer(0), Role.TRAINER, statement));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> TransactionCodec.decode(cut)).isInstanceOf(Malformed.class);
        }
        assertThatThrownBy(() -> TransactionCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(Malformed.class);
    }

    static LongStream seeds() {
        return Seed.range(3_000);
    }

    /** One encoding a value: what still decodes after a change encodes to the changed bytes. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldBeCanonicalOrMalformedWhenBytesChangeA2(long number) {
        Seed seed = Seed.of(number);
        List<Statement> all = statements().toList();
        Statement statement = all.get(seed.nextInt(all.size()));
        byte[] bytes = TransactionCodec.encode(new SignedTransaction(
                new Transaction(RUN.runId(), RUN.trainer(0).hotkey(), Role.TRAINER, 1, 2, statement),
                Bytes.of(new byte[64])));
        for (int flips = 1 + seed.nextInt(3); flips > 0; flips--) {
            bytes[seed.nextInt(bytes.length)] = (byte) seed.nextInt();
        }
        try {
            assertThat(TransactionCodec.encode(TransactionCodec.decode(bytes)))
                    .as(seed.toString())
                    .isEqualTo(bytes);
        } catch (Malformed e) {
            assertThat(e.rule()).as(seed.toString()).isNotBlank();
        }
    }

    @Test
    void shouldRefuseMoreThanTheLimit() {
        assertThatThrownBy(() -> TransactionCodec.decode(new byte[Limits.TRANSACTION_MAX_BYTES + 1]))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("at most " + Limits.TRANSACTION_MAX_BYTES);
    }

    @Test
    void shouldNotEncodeWhatNoDecoderTakes() {
        for (Statement statement : List.of(
                new Holds(1, Bytes.of(new byte[Limits.HOLDS_MAX_BYTES + 1])),
                new Register(RUN.trainer(0).hotkey(), 16, "", 0),
                new Register(RUN.trainer(0).hotkey(), 1, "x".repeat(Limits.LABEL_MAX_BYTES + 1), 0),
                new Attest(1, List.of(new Verdict(RUN.content("a"), 0x10000))))) {
            assertThatThrownBy(() -> RUN.signed(RUN.trainer(0), Role.TRAINER, statement))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldSignRunRoleNonceExpiryAndStatementA2() {
        SignedTransaction signed = RUN.signed(RUN.trainer(0), Role.TRAINER, new Ready(1));
        Transaction t = signed.transaction();
        assertThat(TransactionCodec.isSigned(signed, RUN.crypto())).isTrue();
        for (Transaction other : List.of(
                new Transaction(
                        new RunId(RUN.hashOf("x")), t.hotkey(), t.role(), t.nonce(), t.expiryHeight(), t.statement()),
                new Transaction(t.run(), RUN.trainer(1).hotkey(), t.role(), t.nonce(), t.expiryHeight(), t.statement()),
                new Transaction(t.run(), t.hotkey(), Role.VALIDATOR, t.nonce(), t.expiryHeight(), t.statement()),
                new Transaction(t.run(), t.hotkey(), t.role(), t.nonce() + 1, t.expiryHeight(), t.statement()),
                new Transaction(t.run(), t.hotkey(), t.role(), t.nonce(), t.expiryHeight() + 1, t.statement()),
                new Transaction(t.run(), t.hotkey(), t.role(), t.nonce(), t.expiryHeight(), new Ready(2)))) {
            assertThat(TransactionCodec.isSigned(new SignedTransaction(other, signed.signature()), RUN.crypto()))
                    .isFalse();
        }
    }
}
